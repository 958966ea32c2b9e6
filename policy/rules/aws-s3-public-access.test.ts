import { bucket, part } from "../buckets.testing.ts";
import { describeRule, resource } from "../testing.ts";
import { awsS3PublicAccess } from "./aws-s3-public-access.ts";

const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };

describeRule(awsS3PublicAccess, {
  compliant: [bucket, part("bucketPublicAccessBlock:BucketPublicAccessBlock", "block", closed)],
  mutations: {
    "accepts the account's block for all its buckets": {
      on: "block",
      without: true,
      add: [
        resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        }),
      ],
      says: [],
    },
    "refuses a bucket without block": { on: "block", without: true, says: "has no BucketPublicAccessBlock" },
    "refuses a switch that is off": {
      on: "block",
      set: { blockPublicPolicy: false },
      says: "leaves blockPublicPolicy off",
    },
    "refuses a switch that is missing": {
      on: "block",
      set: { ignorePublicAcls: undefined, restrictPublicBuckets: undefined },
      says: "leaves ignorePublicAcls, restrictPublicBuckets off",
    },
  },
  unknown: ["block:blockPublicAcls"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { bucket } from "../buckets.testing.ts";
import { describeRule, resource } from "../testing.ts";
import { awsS3Acl } from "./aws-s3-acl.ts";

describeRule(awsS3Acl, {
  compliant: bucket,
  mutations: {
    "accepts no ACL at all": { set: { acl: undefined }, says: [] },
    "accepts a private ACL": { set: { acl: "private" }, says: [] },
    "refuses a public ACL": { set: { acl: "public-read" }, says: "has the ACL public-read" },
    "refuses everybody with an account": { set: { acl: "authenticated-read" }, says: "has the ACL authenticated-read" },
    "judges ACLs that stand alone": {
      add: [resource("aws:s3/bucketAcl:BucketAcl", "acl", { acl: "public-read-write" })],
      says: "has the ACL public-read-write",
    },
  },
  unknown: ["acl"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

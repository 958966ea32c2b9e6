import { bucket } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3BucketName } from "./aws-s3-bucket-name.ts";

describeRule(awsS3BucketName, {
  compliant: bucket,
  mutations: {
    "leaves a name alone that Pulumi makes": { set: { bucket: undefined }, says: [] },
    "refuses capitals, which the provider accepts": {
      set: { bucket: "Shop" },
      says: "bucket Shop is not a valid bucket name",
    },
    "refuses an address": { set: { bucket: "10.0.0.1" }, says: "bucket 10.0.0.1 is not a valid bucket name" },
    "refuses two dots": { set: { bucket: "a..b" }, says: "bucket a..b is not a valid bucket name" },
    "refuses two letters": { set: { bucket: "ab" }, says: "bucket ab is not a valid bucket name" },
  },
  unknown: ["bucket"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

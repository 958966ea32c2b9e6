import { describeRule, resource } from "../testing.ts";
import { awsS3LifecycleEffect } from "./aws-s3-lifecycle-effect.ts";

describeRule(awsS3LifecycleEffect, {
  compliant: resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lifecycle", {
    rules: [
      { id: "a", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
      { id: "b", status: "Disabled" },
    ],
  }),
  mutations: {
    "accepts an abort of uploads as an action": {
      set: { "rules.0.expiration": undefined, "rules.0.abortIncompleteMultipartUpload": { daysAfterInitiation: 1 } },
      says: [],
    },
    "refuses no rules": { set: { rules: undefined }, says: "has no rules" },
    "refuses a rule without filter": { set: { "rules.0.filter": undefined }, says: "rules[0] has no filter" },
    "refuses a rule without action": { set: { "rules.0.expiration": undefined }, says: "rules[0] has no action" },
    "refuses a rule with an empty action": { set: { "rules.0.expiration": {} }, says: "rules[0] has no action" },
    "refuses an end after no days": { set: { "rules.0.expiration.days": 0 }, says: "rules[0] expires after 0 days" },
  },
  unknown: ["rules", "rules.0.filter"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

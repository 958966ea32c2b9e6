import { bucket, part } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3ObjectLock } from "./aws-s3-object-lock.ts";

describeRule(awsS3ObjectLock, {
  compliant: [
    bucket,
    part("bucketObjectLockConfiguration:BucketObjectLockConfiguration", "lock", {
      rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } },
    }),
  ],
  mutations: {
    "accepts a retention in years": {
      on: "lock",
      set: { "rule.defaultRetention": { mode: "COMPLIANCE", years: 1 } },
      says: [],
    },
    "refuses a bucket without lock": {
      on: "lock",
      without: true,
      says: "holds backups and has no object lock configuration",
    },
    "refuses a bucket that was created without the lock": {
      set: { objectLockEnabled: false },
      says: "holds backups and was created without objectLockEnabled, so the lock configuration is refused",
    },
    "refuses a lock without default retention": {
      on: "lock",
      set: { rule: undefined },
      says: "holds backups and its object lock has no default retention",
    },
    "refuses a short retention": {
      on: "lock",
      set: { "rule.defaultRetention.days": 7 },
      says: "holds backups and locks them for 7 days, 30 are due",
    },
  },
  unknown: ["lock:rule.defaultRetention.days"],
  elsewhere: { development: "disabled", staging: "disabled" },
});

import { bucket, part } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3Retention } from "./aws-s3-retention.ts";

const rule = (more: object) => ({ id: "r", status: "Enabled", filter: { prefix: "" }, ...more });

describeRule(awsS3Retention, {
  compliant: [
    bucket,
    part("bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lifecycle", {
      rules: [rule({ expiration: { days: 30 } }), rule({ noncurrentVersionExpiration: { noncurrentDays: 30 } })],
    }),
  ],
  mutations: {
    "refuses backups that are kept for ever": {
      on: "lifecycle",
      without: true,
      says: "holds backups and has no lifecycle: they are kept for ever",
    },
    "refuses an early end": {
      on: "lifecycle",
      set: { "rules.0.expiration.days": 7 },
      says: "holds backups and rule r removes them after 7 days (expiration.days), 30 are due",
    },
    "refuses an early end of old versions": {
      on: "lifecycle",
      set: { "rules.1.noncurrentVersionExpiration.noncurrentDays": 1 },
      says: "holds backups and rule r removes them after 1 days (noncurrentVersionExpiration.noncurrentDays), 30 are due",
    },
    "leaves uploads alone that were not verified yet": {
      on: "lifecycle",
      set: { "rules.0": rule({ filter: { prefix: "tmp/" }, expiration: { days: 1 } }) },
      says: [],
    },
    "holds to the days that are configured": {
      settings: { minimumDays: 60 },
      says: [
        "holds backups and rule r removes them after 30 days (expiration.days), 60 are due",
        "holds backups and rule r removes them after 30 days (noncurrentVersionExpiration.noncurrentDays), 60 are due",
      ],
    },
  },
  unknown: ["lifecycle:rules"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

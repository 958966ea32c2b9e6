import { bucket, part } from "../buckets.testing.ts";
import { describeRule, resource } from "../testing.ts";
import { awsS3Replication } from "./aws-s3-replication.ts";

describeRule(awsS3Replication, {
  compliant: [
    bucket,
    resource("aws:s3/bucket:Bucket", "backups-replica", { bucket: "shop-backups-replica" }),
    part("bucketReplicationConfig:BucketReplicationConfig", "replication", { rules: [{ status: "Enabled" }] }),
  ],
  mutations: {
    "refuses a bucket without copy": { on: "replication", without: true, says: "holds backups and is not replicated" },
    "refuses a rule that is switched off": {
      on: "replication",
      set: { "rules.0.status": "Disabled" },
      says: "holds backups and has no enabled replication rule",
    },
    "refuses missing rules": {
      on: "replication",
      set: { rules: undefined },
      says: "holds backups and has no enabled replication rule",
    },
  },
  unknown: ["replication:rules"],
  elsewhere: { development: "disabled", staging: "disabled" },
});

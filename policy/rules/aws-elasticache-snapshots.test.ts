import { describeRule, resource } from "../testing.ts";
import { awsElasticacheSnapshots } from "./aws-elasticache-snapshots.ts";

describeRule(awsElasticacheSnapshots, {
  compliant: resource("aws:elasticache/replicationGroup:ReplicationGroup", "redis", { snapshotRetentionLimit: 7 }),
  mutations: {
    "refuses no snapshots": {
      set: { snapshotRetentionLimit: undefined },
      says: "snapshotRetentionLimit is 0, 7 days are due",
    },
    "refuses three days": { set: { snapshotRetentionLimit: 3 }, says: "snapshotRetentionLimit is 3, 7 days are due" },
  },
  unknown: ["snapshotRetentionLimit"],
  elsewhere: { development: "disabled", staging: "disabled" },
});

import { describeRule, resource } from "../testing.ts";
import { awsRdsRecovery } from "./aws-rds-recovery.ts";

describeRule(awsRdsRecovery, {
  compliant: resource("aws:rds/cluster:Cluster", "database", {
    backupRetentionPeriod: 14,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "database-last",
  }),
  mutations: {
    "leaves a replica to its source": {
      add: [resource("aws:rds/instance:Instance", "replica", { replicateSourceDb: "shop" })],
      says: [],
    },
    "refuses a day of backups, which is the default": {
      set: { backupRetentionPeriod: undefined },
      says: "backupRetentionPeriod is 1, 7 days are due",
    },
    "refuses an instance without backups, which is the default": {
      add: [
        resource("aws:rds/instance:Instance", "small", { deletionProtection: true, finalSnapshotIdentifier: "last" }),
      ],
      says: "backupRetentionPeriod is 0, 7 days are due",
    },
    "refuses a database that can be deleted": {
      set: { deletionProtection: false },
      says: "deletionProtection is not true",
    },
    "refuses to leave nothing behind": {
      set: { skipFinalSnapshot: true },
      says: "skipFinalSnapshot leaves nothing behind",
    },
    "refuses a last snapshot without name": {
      set: { finalSnapshotIdentifier: undefined },
      says: "finalSnapshotIdentifier is missing, so a deletion fails half-way",
    },
  },
  unknown: ["backupRetentionPeriod"],
  elsewhere: { development: "disabled", staging: "advisory" },
});

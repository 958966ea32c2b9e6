import { describeRule, resource } from "../testing.ts";
import { awsRdsEncryption } from "./aws-rds-encryption.ts";

describeRule(awsRdsEncryption, {
  compliant: resource("aws:rds/cluster:Cluster", "database", { storageEncrypted: true }),
  mutations: {
    "leaves a replica to its source": {
      add: [resource("aws:rds/instance:Instance", "replica", { replicateSourceDb: "shop" })],
      says: [],
    },
    "refuses a missing switch": { set: { storageEncrypted: undefined }, says: "storageEncrypted is not true" },
    "refuses storage in plain text": { set: { storageEncrypted: false }, says: "storageEncrypted is not true" },
  },
  unknown: ["storageEncrypted"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

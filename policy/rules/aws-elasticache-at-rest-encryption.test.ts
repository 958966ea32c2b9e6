import { describeRule, resource } from "../testing.ts";
import { awsElasticacheAtRestEncryption } from "./aws-elasticache-at-rest-encryption.ts";

describeRule(awsElasticacheAtRestEncryption, {
  compliant: resource("aws:elasticache/replicationGroup:ReplicationGroup", "redis", { atRestEncryptionEnabled: true }),
  mutations: {
    "refuses a missing switch": {
      set: { atRestEncryptionEnabled: undefined },
      says: "atRestEncryptionEnabled is not true",
    },
    "refuses disks in plain text": {
      set: { atRestEncryptionEnabled: false },
      says: "atRestEncryptionEnabled is not true",
    },
  },
  unknown: ["atRestEncryptionEnabled"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

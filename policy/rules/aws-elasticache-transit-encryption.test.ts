import { describeRule, resource } from "../testing.ts";
import { awsElasticacheTransitEncryption } from "./aws-elasticache-transit-encryption.ts";

describeRule(awsElasticacheTransitEncryption, {
  compliant: resource("aws:elasticache/replicationGroup:ReplicationGroup", "redis", { transitEncryptionEnabled: true }),
  mutations: {
    "refuses a missing switch": {
      set: { transitEncryptionEnabled: undefined },
      says: "transitEncryptionEnabled is not true",
    },
    "refuses plain text": { set: { transitEncryptionEnabled: false }, says: "transitEncryptionEnabled is not true" },
    "refuses plain text beside TLS": {
      set: { transitEncryptionMode: "preferred" },
      says: "transitEncryptionMode is preferred: clients may still speak plain text",
    },
  },
  unknown: ["transitEncryptionEnabled"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

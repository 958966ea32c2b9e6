import { describeRule, resource } from "../testing.ts";
import { awsRdsPrivate } from "./aws-rds-private.ts";

describeRule(awsRdsPrivate, {
  compliant: resource("aws:rds/clusterInstance:ClusterInstance", "database-1", { publiclyAccessible: false }),
  mutations: {
    "accepts the default": { set: { publiclyAccessible: undefined }, says: [] },
    "refuses a public address": { set: { publiclyAccessible: true }, says: "publiclyAccessible is true" },
  },
  unknown: ["publiclyAccessible"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

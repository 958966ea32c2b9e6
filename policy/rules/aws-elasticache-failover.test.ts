import { describeRule, resource } from "../testing.ts";
import { awsElasticacheFailover } from "./aws-elasticache-failover.ts";

describeRule(awsElasticacheFailover, {
  compliant: resource("aws:elasticache/replicationGroup:ReplicationGroup", "redis", {
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    numCacheClusters: 2,
  }),
  mutations: {
    "counts replicas of a node group": { set: { numCacheClusters: undefined, replicasPerNodeGroup: 1 }, says: [] },
    "refuses a group without failover": {
      set: { automaticFailoverEnabled: false },
      says: "automaticFailoverEnabled is not true",
    },
    "refuses one zone": { set: { multiAzEnabled: undefined }, says: "multiAzEnabled is not true" },
    "refuses one node": { set: { numCacheClusters: undefined }, says: "has 1 node, two are due" },
  },
  unknown: ["automaticFailoverEnabled"],
  elsewhere: { development: "disabled", staging: "disabled" },
});

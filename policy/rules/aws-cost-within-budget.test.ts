import { describeRule, resource } from "../testing.ts";
import { awsCostWithinBudget } from "./aws-cost-within-budget.ts";

const TYPE = "aws:elasticache/replicationGroup:ReplicationGroup";

describeRule(awsCostWithinBudget, {
  compliant: [
    resource("aws:budgets/budget:Budget", "budget", { limitAmount: "300" }),
    resource(TYPE, "redis", { nodeType: "cache.r7g.large", numCacheClusters: 1 }),
  ],
  mutations: {
    "refuses what costs more than the budget's share": {
      on: "redis",
      set: { numCacheClusters: 3 },
      says: "costs about 479.61 USD a month (prices of 2026-11-21), 240 are allowed of the limit of 300: redis 479.61",
    },
    "holds to a limit that is configured": {
      settings: { maximumPerMonth: 100, share: 1 },
      says: "costs about 159.87 USD a month (prices of 2026-11-21), 100 are allowed of the limit of 100: redis 159.87",
    },
    "does not guess a price that it does not know": {
      on: "redis",
      set: { nodeType: "cache.x9.huge", numCacheClusters: 99 },
      says: [],
    },
    "says nothing without a limit": { set: { limitAmount: undefined }, says: [] },
  },
  unknown: ["limitAmount"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

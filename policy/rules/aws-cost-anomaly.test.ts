import { describeRule, judge, resource } from "../testing.ts";
import { awsCostAnomaly } from "./aws-cost-anomaly.ts";

describeRule(awsCostAnomaly, {
  compliant: [
    resource("aws:costexplorer/anomalySubscription:AnomalySubscription", "told", {
      subscribers: [{ type: "EMAIL", address: "money@shop.com" }],
      thresholdExpression: { dimension: {} },
    }),
    resource("aws:costexplorer/anomalyMonitor:AnomalyMonitor", "watch", {}),
  ],
  settings: { required: true },
  mutations: {
    "leaves a stack alone whose watch may stand elsewhere": { on: "watch", without: true, settings: {}, says: [] },
    "refuses a stack that does not watch": { on: "watch", without: true, says: "there is no anomaly monitor" },
    "refuses a watch that tells nobody": { on: "told", without: true, says: "there is no anomaly subscription" },
    "refuses a subscription without subscribers": { set: { subscribers: [] }, says: "subscribers is empty" },
    "refuses a subscription without threshold": {
      set: { thresholdExpression: undefined },
      says: "thresholdExpression is not set, so every cent is an anomaly",
    },
  },
  unknown: ["subscribers"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

test("leaves stacks alone without AWS", () => {
  expect(judge(awsCostAnomaly, [resource("random:index/randomPet:RandomPet", "pet", {})])).toEqual([]);
});

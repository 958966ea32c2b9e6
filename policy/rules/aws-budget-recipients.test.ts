import { describeRule, resource } from "../testing.ts";
import { awsBudgetRecipients } from "./aws-budget-recipients.ts";

describeRule(awsBudgetRecipients, {
  compliant: resource("aws:budgets/budget:Budget", "budget", {
    limitAmount: "500",
    notifications: [
      { threshold: 80, subscriberEmailAddresses: ["money@shop.com"] },
      { threshold: 100, subscriberSnsTopicArns: ["arn:topic"] },
    ],
  }),
  mutations: {
    "leaves stacks alone without AWS": {
      without: true,
      add: [resource("random:index/randomPet:RandomPet", "pet", {})],
      says: [],
    },
    "refuses a stack without budget": {
      without: true,
      add: [resource("aws:s3/bucket:Bucket", "pictures", {})],
      settings: { required: true },
      says: "there is no AWS budget",
    },
    "leaves a stack alone whose budget may stand elsewhere": {
      without: true,
      add: [resource("aws:s3/bucket:Bucket", "pictures", {})],
      says: [],
    },
    "accepts a limit that AWS adjusts or that is planned by month": {
      set: { limitAmount: undefined, autoAdjustData: { autoAdjustType: "FORECAST" } },
      says: [],
    },
    "refuses a budget of nothing": { set: { limitAmount: undefined }, says: "limitAmount is not above 0" },
    "refuses a budget that tells nobody": { set: { notifications: undefined }, says: "has no notification" },
    "refuses a notification to nobody, which the provider accepts": {
      set: { "notifications.0.subscriberEmailAddresses": undefined },
      says: "notifications[0] reaches nobody",
    },
    "refuses an address that nobody reads": {
      set: { "notifications.0.subscriberEmailAddresses": ["jo@example.com"] },
      says: "notifications[0] reaches only jo@example.com, which nobody reads",
    },
    "refuses a threshold of nothing": {
      set: { "notifications.1.threshold": 0 },
      says: "notifications[1].threshold is not above 0",
    },
  },
  unknown: ["limitAmount", "notifications.0.subscriberEmailAddresses"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

import { describeRule, resource } from "../testing.ts";
import { awsLogRetention } from "./aws-log-retention.ts";

describeRule(awsLogRetention, {
  compliant: resource("aws:cloudwatch/logGroup:LogGroup", "web", { retentionInDays: 30 }),
  mutations: {
    "refuses logs for ever": {
      set: { retentionInDays: undefined },
      says: "retentionInDays is not set: logs are kept, and paid for, for ever",
    },
    "refuses zero, which means for ever": {
      set: { retentionInDays: 0 },
      says: "retentionInDays is not set: logs are kept, and paid for, for ever",
    },
    "refuses less than is due": { settings: { minimumDays: 90 }, says: "retentionInDays is 30, 90 are due" },
    "refuses more than is allowed": { settings: { maximumDays: 14 }, says: "retentionInDays is 30, 14 is the limit" },
  },
  unknown: ["retentionInDays"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

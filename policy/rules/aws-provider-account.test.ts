import { describeRule, resource } from "../testing.ts";
import { awsProviderAccount } from "./aws-provider-account.ts";

describeRule(awsProviderAccount, {
  compliant: resource("pulumi:providers:aws", "aws", { allowedAccountIds: '["123456789012"]' }),
  mutations: {
    "accepts a list that is one": { set: { allowedAccountIds: ["123456789012"] }, says: [] },
    "refuses a provider for any account": {
      set: { allowedAccountIds: undefined },
      says: "allowedAccountIds is not set",
    },
    "refuses an empty list": { set: { allowedAccountIds: "[]" }, says: "allowedAccountIds is not set" },
  },
  unknown: ["allowedAccountIds"],
  elsewhere: { development: "disabled", staging: "advisory" },
});

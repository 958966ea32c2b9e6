import { describeRule, resource } from "../testing.ts";
import { awsLogEncryption } from "./aws-log-encryption.ts";

describeRule(awsLogEncryption, {
  compliant: resource("aws:cloudwatch/logGroup:LogGroup", "web", { kmsKeyId: "arn:key" }),
  mutations: {
    "accepts a key that is not known yet": { set: { kmsKeyId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, says: [] },
    "refuses logs without key": { set: { kmsKeyId: undefined }, says: "kmsKeyId is not set" },
  },
  unknown: "changes nothing",
  elsewhere: { development: "disabled", staging: "advisory" },
});

import { describeRule, resource } from "../testing.ts";
import { awsLogEncryption } from "./aws-log-encryption.ts";

describeRule(awsLogEncryption, {
  compliant: resource("aws:cloudwatch/logGroup:LogGroup", "web", { kmsKeyId: "arn:key" }),
  mutations: { "refuses logs without key": { set: { kmsKeyId: undefined }, says: "kmsKeyId is not set" } },
  unknown: ["kmsKeyId"],
  elsewhere: { development: "disabled", staging: "mandatory" },
});

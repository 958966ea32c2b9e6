import { describeRule, resource } from "../testing.ts";
import { awsResourcePolicyOpen } from "./aws-resource-policy-open.ts";

const allow = (more: object) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sns:Publish", ...more }] });

describeRule(awsResourcePolicyOpen, {
  compliant: resource("aws:sns/topicPolicy:TopicPolicy", "topic", {
    policy: allow({ Condition: { StringEquals: { "aws:SourceAccount": "1" } } }),
  }),
  mutations: {
    "accepts a missing policy": { set: { policy: undefined }, says: [] },
    "refuses everybody": { set: { policy: allow({}) }, says: "statement 1 allows everybody" },
    "refuses a network that is the world": {
      set: { policy: allow({ Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }) },
      says: "statement 1 allows everybody",
    },
    "refuses a negated condition": {
      set: { policy: allow({ Condition: { ArnNotLike: { "aws:SourceArn": "arn:x" } } }) },
      says: "statement 1 allows everybody except what a condition excludes (arnnotlike aws:sourcearn)",
    },
    "judges keys": {
      add: [resource("aws:kms/key:Key", "key", { policy: allow({ Action: "kms:*" }) })],
      says: "statement 1 allows everybody",
    },
  },
  unknown: ["policy"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

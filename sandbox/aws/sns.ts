/** SNS. */

import { randomUUID } from "node:crypto";
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, jsonDocument, length, matches, type Rule, range } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./sns.json" with { type: "json" };

const topicArn = (inputs: PropertyMap, surroundings: Surroundings): string =>
  arn(surroundings, "sns", text(inputs, "name"));

const fifoName: Rule = (inputs, report) => {
  const { name } = inputs;
  if (typeof name !== "string" || isUnknown(name)) return;
  if ((inputs.fifoTopic === true) !== name.endsWith(".fifo")) {
    report(
      "name",
      inputs.fifoTopic === true ? "a FIFO topic's name ends with .fifo" : "only a FIFO topic's name may end with .fifo",
    );
  }
  if (inputs.contentBasedDeduplication === true && inputs.fifoTopic !== true) {
    report("contentBasedDeduplication", "content-based deduplication can only be set for FIFO topics");
  }
};

/** Who confirms a subscription: services of AWS at once, people and other servers later. */
const confirmsItself = new Set(["sqs", "lambda", "firehose", "application", "sms"]);

export const sns: Service = {
  file: "sandbox/aws/sns.json",
  facts,
  behaviours: {
    "aws:sns/topic:Topic": row({
      autoname: named("name", 256, {
        replaces: /[^A-Za-z0-9_-]/g,
        suffix: (inputs) => (inputs.fifoTopic === true ? ".fifo" : ""),
      }),
      rules: [
        length("name", 1, 256),
        matches("name", /^[A-Za-z0-9_-]+(\.fifo)?$/, "only letters, digits, underscores and hyphens are allowed"),
        fifoName,
        conflict("name", "namePrefix"),
        jsonDocument("policy"),
        jsonDocument("deliveryPolicy"),
        jsonDocument("archivePolicy"),
        length("displayName", 0, 100),
        range("signatureVersion", 1, 2),
      ],
      unique: (inputs, surroundings) => [`topic ${topicArn(inputs, surroundings)}`],
      // CreateTopic answers with the topic that has the name already.
      taken: "overwrite",
      id: topicArn,
      outputs: (inputs, surroundings, id) => ({
        arn: id,
        owner: surroundings.account,
        beginningArchiveTime: "",
        policy: inputs.policy ?? defaultPolicy(id, surroundings.account),
        signatureVersion: inputs.signatureVersion ?? 0,
        tracingConfig: inputs.tracingConfig ?? "PassThrough",
      }),
    }),
    "aws:sns/topicPolicy:TopicPolicy": row(
      {
        rules: [jsonDocument("policy"), matches("arn", /^arn:/, "is an invalid ARN: arn: invalid prefix")],
        unique: (inputs) => [`topic policy ${text(inputs, "arn")}`],
        taken: "overwrite",
        id: (inputs) => text(inputs, "arn"),
        outputs: (_, { account }) => ({ owner: account }),
      },
      { tagged: false },
    ),
    "aws:sns/topicSubscription:TopicSubscription": row(
      {
        rules: [
          jsonDocument("filterPolicy"),
          jsonDocument("deliveryPolicy"),
          jsonDocument("redrivePolicy"),
          jsonDocument("replayPolicy"),
          matches("topic", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        ],
        unique: (inputs) => [
          `subscription ${text(inputs, "topic")} ${text(inputs, "protocol")} ${text(inputs, "endpoint")}`,
        ],
        taken: "overwrite",
        id: (inputs) => `${text(inputs, "topic")}:${randomUUID()}`,
        outputs: (inputs, { account }, id) => ({
          arn: id,
          ownerId: account,
          pendingConfirmation: !confirmsItself.has(text(inputs, "protocol")),
          confirmationWasAuthenticated: confirmsItself.has(text(inputs, "protocol")),
          filterPolicyScope: inputs.filterPolicyScope ?? (inputs.filterPolicy === undefined ? "" : "MessageAttributes"),
        }),
      },
      { tagged: false },
    ),
  },
};

function defaultPolicy(topic: string, owner: string): string {
  return JSON.stringify({
    Id: "__default_policy_ID",
    Statement: [
      {
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
        Effect: "Allow",
        Principal: { AWS: "*" },
        Resource: topic,
        Sid: "__default_statement_ID",
      },
    ],
    Version: "2008-10-17",
  });
}

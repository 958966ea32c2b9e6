/** Notifications in Slack. */
import type { Service } from "../package.ts";
import { length, matches, oneOf } from "../rules.ts";
import facts from "./chatbot.json" with { type: "json" };
import { globalArn, row, text } from "./common.ts";

export const chatbot: Service = {
  file: "sandbox/aws/chatbot.json",
  facts,
  bridges: { "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": "framework" },
  behaviours: {
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": row({
      rules: [
        length("configurationName", 1, 128),
        oneOf("loggingLevel", ["ERROR", "INFO", "NONE"]),
        matches("iamRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        matches("snsTopicArns[]", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
      ],
      unique: (inputs, { account }) => [`slack channel configuration ${account} ${text(inputs, "configurationName")}`],
      taken: (inputs) => `ConflictException: a configuration named ${text(inputs, "configurationName")} already exists`,
      id: (inputs, surroundings) =>
        globalArn(surroundings, "chatbot", `chat-configuration/slack-channel/${text(inputs, "configurationName")}`),
      outputs: (inputs, _, id) => ({
        chatConfigurationArn: id,
        slackChannelName: "sandbox",
        slackTeamName: "sandbox",
        guardrailPolicyArns: inputs.guardrailPolicyArns ?? ["arn:aws:iam::aws:policy/AdministratorAccess"],
        snsTopicArns: inputs.snsTopicArns ?? [],
      }),
    }),
  },
};

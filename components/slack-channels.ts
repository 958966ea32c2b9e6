import * as chatbot from "@pulumi/aws/chatbot/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import { type Severity, severities } from "./severity.ts";
import type { Tags } from "./tags.ts";

export interface SlackChannel {
  /** Slack's workspace id, `T…`: authorized once by hand in the AWS Chatbot console. */
  readonly workspaceId: string;
  /** Slack's channel id, `C…` or `G…`. */
  readonly channelId: string;
}

export interface SlackChannelsArgs {
  readonly accountId: string;
  readonly tags: Tags;
  /** At least one channel; a channel may receive several severities. */
  readonly channels: Readonly<Partial<Record<Severity, SlackChannel>>>;
  readonly topicArns: Readonly<Record<Severity, pulumi.Input<string>>>;
}

/** AWS Chatbot writes what the topics carry to Slack: one configuration a channel, since Chatbot refuses a second. */
export class SlackChannels extends pulumi.ComponentResource {
  constructor(name: string, args: SlackChannelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:monitoring:SlackChannels", name, {}, opts);
    const { accountId, channels, tags, topicArns } = args;
    const role = new ServiceRole(
      `${name}-role`,
      {
        description: "AWS Chatbot reads the metrics that an alarm in Slack shows",
        tags,
        trust: { service: "chatbot.amazonaws.com", accountId },
        statements: [readMetrics],
      },
      { parent: this },
    );
    for (const { channel, received } of byChannel(channels)) {
      // Named by the channel: were it named by what it receives, a new route would be a second configuration of one
      // channel for a moment, which Chatbot refuses.
      const configurationName = `${name}-${channel.channelId}`;
      new chatbot.SlackChannelConfiguration(
        configurationName,
        {
          configurationName,
          slackTeamId: channel.workspaceId,
          slackChannelId: channel.channelId,
          snsTopicArns: received.map((severity) => topicArns[severity]),
          iamRoleArn: role.arn,
          // Whatever is typed in the channel can at most read.
          guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
          loggingLevel: "ERROR",
          tags,
        },
        { parent: this, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs();
  }
}

const readMetrics: Statement = {
  Sid: "ReadMetrics",
  Effect: "Allow",
  Action: ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"],
  Resource: "*",
};

function byChannel(channels: SlackChannelsArgs["channels"]) {
  const found = new Map<string, { channel: SlackChannel; received: Severity[] }>();
  for (const severity of severities) {
    const channel = channels[severity];
    if (channel === undefined) continue;
    const entry = found.get(channel.channelId) ?? { channel, received: [] };
    entry.received.push(severity);
    found.set(channel.channelId, entry);
  }
  return [...found.values()];
}

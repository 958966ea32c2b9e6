import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "./data-protection.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { demand } from "./invalid-argument.ts";
import { NotificationTopic } from "./notification-topic.ts";
import { type Severity, severities } from "./severity.ts";
import { type SlackChannel, SlackChannels } from "./slack-channels.ts";
import { type Ownership, tagsFor } from "./tags.ts";

/** Where the messages of one severity go; an empty route is a topic that nobody reads yet. */
export interface NotificationRoute {
  /** @default none */
  readonly emails?: readonly string[];
  /** @default none */
  readonly slack?: SlackChannel;
  /** PagerDuty's https integration URL; it carries the integration key, so it is kept secret. @default none */
  readonly pagerDutyUrl?: pulumi.Input<string>;
}

export interface NotificationsArgs {
  readonly accountId: string;
  readonly ownership: Ownership;
  /** A topic each; which of its subscribers exist is decided here. */
  readonly routes: Readonly<Record<Severity, NotificationRoute>>;
  /** Whether the key may be destroyed: messages on their way are lost with it. @default "protected" */
  readonly dataProtection?: DataProtection;
  readonly region: string;
}

/** One encrypted topic a severity, `<name>-<severity>`, with its readers by email, Slack and PagerDuty. */
export class Notifications extends pulumi.ComponentResource {
  readonly topicArns: Readonly<Record<Severity, pulumi.Output<string>>>;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:monitoring:Notifications", name, {}, opts);
    const { accountId, ownership, region, routes } = args;
    const child = { parent: this };
    const tags = tagsFor("Notifications", ownership);
    const { arn: keyArn } = new EncryptionKey(
      `${name}-key`,
      {
        description: "Alarms and notifications on their way to people",
        accountId,
        ownership,
        dataProtection: args.dataProtection ?? "protected",
        services: publishers,
        region,
      },
      child,
    );
    const topic = (severity: Severity) => {
      const { emails = [], pagerDutyUrl } = routes[severity];
      const pager = pagerDutyUrl === undefined ? {} : { pagerDutyUrl };
      return new NotificationTopic(
        `${name}-${severity}`,
        { accountId, tags, keyArn, publishers, emails, ...pager, region },
        child,
      ).arn;
    };
    this.topicArns = { critical: topic("critical"), warning: topic("warning"), info: topic("info") };
    const channels = Object.fromEntries(
      severities.flatMap((severity) => (routes[severity].slack ? [[severity, routes[severity].slack]] : [])),
    );
    if (Object.keys(channels).length > 0) {
      new SlackChannels(`${name}-slack`, { accountId, tags, channels, topicArns: this.topicArns }, child);
    }
    this.registerOutputs({ topicArns: this.topicArns });
  }
}

/** The services that publish alarms, budgets, cost anomalies and job results. */
const publishers = [
  "budgets.amazonaws.com",
  "cloudwatch.amazonaws.com",
  "costalerts.amazonaws.com",
  "events.amazonaws.com",
];

function validate(name: string, { routes }: NotificationsArgs): void {
  for (const severity of severities) {
    const { emails = [], slack } = routes[severity];
    const path = `${name}.routes.${severity}`;
    for (const email of emails) {
      const holds = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
      demand(holds, `${path}.emails`, `"${email}" is no address`, "Write name@domain.");
    }
    demand(new Set(emails).size === emails.length, `${path}.emails`, "an address stands twice", "Keep one of them.");
    demand(
      slack === undefined || (/^T[0-9A-Z]{8,}$/.test(slack.workspaceId) && /^[CG][0-9A-Z]{8,}$/.test(slack.channelId)),
      `${path}.slack`,
      "the workspace or channel is no Slack id",
      "Copy the ids (T… and C…) from the channel's link, not their names.",
    );
  }
}

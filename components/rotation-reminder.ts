import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface RotationReminderArgs {
  readonly accountId: string;
  readonly tags: Tags;
  readonly intervalDays: number;
  /** The secrets that are due together; their names only. */
  readonly secretNames: readonly string[];
  /** The topic whose readers rotate them. */
  readonly topicArn: pulumi.Input<string>;
  readonly region: string;
}

/** Tells a topic, once an interval, which secrets a person has to rotate. */
export class RotationReminder extends pulumi.ComponentResource {
  constructor(name: string, args: RotationReminderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:security:RotationReminder", name, {}, opts);
    const { accountId, intervalDays, region, tags, topicArn } = args;
    const role = new ServiceRole(
      `${name}-role`,
      {
        description: "The scheduler publishes rotation reminders",
        tags,
        trust: { service: "scheduler.amazonaws.com", accountId },
        statements: [
          { Sid: "Publish", Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
          {
            Sid: "EncryptMessage",
            Effect: "Allow",
            Action: ["kms:GenerateDataKey", "kms:Decrypt"],
            Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
            Condition: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
          },
        ],
      },
      { parent: this },
    );
    new scheduler.Schedule(
      name,
      {
        name,
        description: `Every ${intervalDays} days: secrets to rotate by hand`,
        scheduleExpression: intervalDays === 1 ? "rate(1 day)" : `rate(${intervalDays} days)`,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: "arn:aws:scheduler:::aws-sdk:sns:publish",
          roleArn: role.arn,
          input: pulumi.jsonStringify({ TopicArn: topicArn, Subject: "Secrets to rotate", Message: text(args) }),
          retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
        },
        region,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function text({ intervalDays, secretNames }: RotationReminderArgs): string {
  const list = secretNames.map((secretName) => `- ${secretName}`).join("\n");
  return `These secrets are rotated by hand every ${intervalDays} days and are due now:\n${list}`;
}

import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { deadLetters } from "./alarms/dead-letters.ts";
import { queueMetrics } from "./alarms/platform-metrics.ts";
import { statedArn } from "./stated-arn.ts";
import type { Tags } from "./tags.ts";

export interface DeadLetterQueueArgs {
  readonly accountId: string;
  /** Who is told about the first message. */
  readonly alarms: Omit<AlarmScope, "parent">;
  readonly tags: Tags;
  readonly region: string;
}

/** Where work lies that was given up, for two weeks, until somebody decides; its name is the component's. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:messaging:DeadLetterQueue", name, {}, opts);
    const queue = new sqs.Queue(
      name,
      {
        name,
        messageRetentionSeconds: 14 * 86_400,
        sqsManagedSseEnabled: true,
        tags: args.tags,
        region: args.region,
      },
      { parent: this },
    );
    deadLetters({ ...args.alarms, parent: this }, { subject: name, ...queueMetrics(name) });
    this.arn = statedArn(queue, `arn:aws:sqs:${args.region}:${args.accountId}:${name}`);
    this.registerOutputs({ arn: this.arn });
  }
}

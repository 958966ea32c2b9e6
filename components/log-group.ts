import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import type { Tags } from "./tags.ts";

/** The retentions that CloudWatch Logs accepts, in days. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export interface LogGroupArgs {
  /** For example `/thorbis/production/helpdesk-web`. */
  readonly logGroupName: string;
  /** Days that lines are kept; one of CloudWatch's steps, so never for ever. */
  readonly retentionDays: number;
  readonly tags: Tags;
  /** The customer-managed key: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly keyArn: pulumi.Input<string>;
  /** @default the provider's region */
  readonly region?: string;
}

/** A log group that forgets on time. */
export class LogGroup extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: LogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    demand(
      retentions.some((days) => days === args.retentionDays),
      `${name}.retentionDays`,
      `${args.retentionDays} days is no retention that CloudWatch offers`,
      `Use one of ${retentions.join(", ")}.`,
    );
    super("thorbis:monitoring:LogGroup", name, {}, opts);
    const group = new cloudwatch.LogGroup(
      name,
      {
        name: args.logGroupName,
        retentionInDays: args.retentionDays,
        kmsKeyId: args.keyArn,
        tags: args.tags,
        region: args.region,
      },
      { parent: this },
    );
    this.arn = group.arn;
    this.logGroupName = group.name;
    this.registerOutputs({ arn: this.arn, logGroupName: this.logGroupName });
  }
}

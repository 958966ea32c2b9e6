import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "./log-group.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface FlowLogArgs {
  readonly accountId: string;
  readonly vpcId: pulumi.Input<string>;
  readonly retentionDays: number;
  /** Encrypts the log: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
  readonly tags: Tags;
  readonly region: string;
}

/** A record of the connections that a network refused: who knocked, and where. */
export class FlowLog extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:network:FlowLog", name, {}, opts);
    const { accountId, logKeyArn: keyArn, region, retentionDays, tags, vpcId } = args;
    const child = { parent: this };
    const logGroupName = `/aws/vpc/${name}`;
    const log = new LogGroup(`${name}-lines`, { logGroupName, retentionDays, keyArn, tags, region }, child);
    const role = new ServiceRole(
      `${name}-role`,
      {
        description: "The network's flow log writes to CloudWatch",
        tags,
        trust: { service: "vpc-flow-logs.amazonaws.com", accountId },
        statements: [
          {
            Sid: "Write",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`,
          },
        ],
      },
      child,
    );
    new ec2.FlowLog(
      name,
      {
        vpcId,
        trafficType: "REJECT",
        logDestinationType: "cloud-watch-logs",
        logDestination: log.arn,
        iamRoleArn: role.arn,
        tags,
        region,
      },
      // Without its policy the role cannot write, and the flow log fails until somebody declares it anew.
      { parent: this, dependsOn: role },
    );
    this.registerOutputs();
  }
}

import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import type { Container } from "./container.ts";
import type { ContainerCluster } from "./container-cluster.ts";
import { FargateTask, type SharedRights } from "./fargate-task.ts";
import { JobSuccess } from "./job-outcome.ts";
import { validateSchedule } from "./schedule-expression.ts";
import type { Tags } from "./tags.ts";

export interface ScheduledJobArgs {
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
  readonly cluster: ContainerCluster;
  readonly container: Container;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly rights: SharedRights;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** What the job does, as the console shows it. */
  readonly description: string;
  /** `cron(…)` or `rate(…)`, in UTC. */
  readonly schedule: string;
  /** What the scheduler starts the task with; it may do so as soon as it is known. */
  readonly schedulerRoleArn: pulumi.Input<string>;
  readonly groupName: pulumi.Input<string>;
  readonly deadLetterArn: pulumi.Input<string>;
  readonly alarms: Omit<AlarmScope, "parent">;
  /** Whether the schedule runs; a job that waits is started by hand only, and nobody misses it. */
  readonly state: "ENABLED" | "DISABLED";
  /** Hours without a success after which somebody is told, up to 168. @default never */
  readonly maxSilenceHours?: number;
}

/** A task that starts on schedule; a start that fails is kept, and a success that stays away is noticed. */
export class ScheduledJob extends pulumi.ComponentResource {
  constructor(name: string, args: ScheduledJobArgs, opts?: pulumi.ComponentResourceOptions) {
    validateSchedule(`${name}.schedule`, args.schedule);
    super("thorbis:compute:ScheduledJob", name, {}, opts);
    const { accountId, cluster, container, cpu, deadLetterArn, maxSilenceHours, memoryMib, region, rights, tags } =
      args;
    const child = { parent: this };
    const task = new FargateTask(name, { accountId, region, tags, container, cpu, memoryMib, rights }, child);
    new scheduler.Schedule(
      name,
      {
        name,
        groupName: args.groupName,
        description: args.description,
        scheduleExpression: args.schedule,
        scheduleExpressionTimezone: "UTC",
        state: args.state,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: cluster.arn,
          roleArn: args.schedulerRoleArn,
          deadLetterConfig: { arn: deadLetterArn },
          retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
          ecsParameters: {
            taskDefinitionArn: task.definitionArn,
            launchType: "FARGATE",
            platformVersion: "1.4.0",
            taskCount: 1,
            propagateTags: "TASK_DEFINITION",
            networkConfiguration: {
              subnets: [...args.subnetIds],
              securityGroups: [args.securityGroupId],
              assignPublicIp: false,
            },
          },
        },
        region,
      },
      child,
    );
    if (maxSilenceHours !== undefined && args.state === "ENABLED") {
      const { clusterName } = cluster;
      new JobSuccess(
        `${name}-success`,
        { accountId, region, clusterName, taskFamily: task.family, alarms: args.alarms, maxSilenceHours, tags },
        child,
      );
    }
    this.registerOutputs();
  }
}

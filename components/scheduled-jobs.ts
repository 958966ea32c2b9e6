import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import type { Container } from "./container.ts";
import type { ContainerCluster } from "./container-cluster.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { demand } from "./invalid-argument.ts";
import { JobFailures } from "./job-outcome.ts";
import { LogGroup } from "./log-group.ts";
import type { Statement } from "./policy-document.ts";
import { ScheduledJob } from "./scheduled-job.ts";
import { SecurityGroup, type SecurityGroupRule } from "./security-group.ts";
import { ServiceRole } from "./service-role.ts";
import { type Ownership, tagsFor } from "./tags.ts";
import { declareRights, type TaskPermissions, type TaskRights, type TaskRightsArgs } from "./task-rights.ts";

/** What jobs of one kind may do and read: they share the roles that say so. */
export interface Duty {
  /** A role that exists already, or statements for one of its own. */
  readonly permissions: TaskPermissions;
  /** Added to the secrets that all jobs share. @default none */
  readonly secrets?: Container["secrets"];
}

/** One job: when it runs, what it runs, and what it may do. */
export interface JobDeclaration {
  readonly description: string;
  /** `cron(…)` or `rate(…)`, in UTC. */
  readonly schedule: string;
  readonly command: readonly string[];
  /** Which of the duties it has. */
  readonly duty: string;
  /** Hours without a success after which somebody is told, up to 168. @default never */
  readonly maxSilenceHours?: number;
  /** CPU units. @default 256 */
  readonly cpu?: number;
  /** @default 512 */
  readonly memoryMib?: number;
  /** Added to the variables that all jobs share. @default none */
  readonly environment?: Container["environment"];
}

export interface ScheduledJobsArgs {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: ContainerCluster;
  /** The image that all jobs run, and the variables that all of them need. */
  readonly container: Omit<Container, "command" | "port" | "healthCommand">;
  /** Duties by name, for example `observe`. */
  readonly duties: Readonly<Record<string, Duty>>;
  /** Jobs by name, for example `daily-backup-verification`; at least one. */
  readonly jobs: Readonly<Record<string, JobDeclaration>>;
  /** Whether the schedules run; jobs that wait are started by hand, and nobody is told that they are silent. */
  readonly state: "ENABLED" | "DISABLED";
  readonly secretKeyArns?: readonly pulumi.Input<string>[];
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Where jobs may connect to. */
  readonly egress: readonly SecurityGroupRule[];
  readonly logRetentionDays: number;
  readonly alarms: Omit<AlarmScope, "parent">;
  readonly ownership: Ownership;
}

/** The jobs that keep an environment in order, started on schedule by one image. */
export class ScheduledJobs extends pulumi.ComponentResource {
  /** For whoever lets the jobs in, as a cache or a database does. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Where every job writes, in a stream of its own. */
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: ScheduledJobsArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:compute:ScheduledJobs", name, {}, opts);
    const { accountId, alarms, cluster, container, jobs, region, state } = args;
    const child = { parent: this };
    const tags = tagsFor("ScheduledJobs", args.ownership);
    const group = new scheduler.ScheduleGroup(name, { name, tags, region }, child);
    const deadLetterArn = new DeadLetterQueue(`${name}-dead-letters`, { accountId, alarms, tags, region }, child).arn;
    this.securityGroupId = new SecurityGroup(
      `${name}-tasks`,
      { vpcId: args.vpcId, description: `Tasks of ${name}`, egress: args.egress, tags, region },
      child,
    ).groupId;
    const schedulerRoleArn = new ServiceRole(
      `${name}-scheduler`,
      {
        description: `The scheduler starts ${name}`,
        tags,
        trust: { service: "scheduler.amazonaws.com", accountId },
        statements: starting(name, args, deadLetterArn),
      },
      child,
    ).ready;
    const { clusterName } = cluster;
    const familyPrefix = `${name}-`;
    new JobFailures(`${name}-failures`, { accountId, region, clusterName, familyPrefix, alarms, tags }, child);
    const logGroupName = `/thorbis/${name}`;
    this.logGroupName = new LogGroup(
      `${name}-log`,
      { logGroupName, retentionDays: args.logRetentionDays, keyArn: cluster.logKeyArn, tags, region },
      child,
    ).logGroupName;
    const duties = declareDuties(name, args, { logGroupName, tags }, child);
    for (const [job, declaration] of Object.entries(jobs)) {
      const { command, cpu = 256, duty, environment, maxSilenceHours, memoryMib = 512 } = declaration;
      const rights = duties[duty];
      if (rights === undefined) continue;
      new ScheduledJob(
        `${name}-${job}`,
        {
          accountId,
          region,
          tags,
          cluster,
          container: {
            ...container,
            command,
            environment: { ...container.environment, ...environment },
            secrets: { ...container.secrets, ...args.duties[duty]?.secrets },
          },
          cpu,
          memoryMib,
          rights: { ...rights, logGroupName: this.logGroupName },
          subnetIds: args.subnetIds,
          securityGroupId: this.securityGroupId,
          description: declaration.description,
          schedule: declaration.schedule,
          state,
          schedulerRoleArn,
          groupName: group.name,
          deadLetterArn,
          alarms,
          ...(maxSilenceHours === undefined ? {} : { maxSilenceHours }),
        },
        child,
      );
    }
    this.registerOutputs({ securityGroupId: this.securityGroupId, logGroupName: this.logGroupName });
  }
}

/** The roles of every duty that a job has. */
function declareDuties(
  name: string,
  { accountId, container, duties, jobs, region, secretKeyArns = [] }: ScheduledJobsArgs,
  place: Pick<TaskRightsArgs, "logGroupName" | "tags">,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, TaskRights>> {
  const { repositoryUrl } = container;
  const used = new Set(Object.values(jobs).map(({ duty }) => duty));
  return Object.fromEntries(
    Object.entries(duties)
      .filter(([duty]) => used.has(duty))
      .map(([duty, { permissions, secrets }]) => {
        const secretArns = Object.values({ ...container.secrets, ...secrets });
        return [
          duty,
          declareRights(
            `${name}-${duty}`,
            { accountId, region, repositoryUrl, secretArns, secretKeyArns, permissions, ...place },
            opts,
          ),
        ];
      }),
  );
}

function starting(
  name: string,
  { accountId, cluster, duties, region }: ScheduledJobsArgs,
  deadLetterArn: pulumi.Input<string>,
): readonly Statement[] {
  const adopted = Object.values(duties).flatMap(({ permissions }) =>
    "roleArn" in permissions ? [permissions.roleArn] : [],
  );
  return [
    {
      Sid: "Start",
      Effect: "Allow",
      Action: "ecs:RunTask",
      Resource: `arn:aws:ecs:${region}:${accountId}:task-definition/${name}-*`,
      Condition: { ArnEquals: { "ecs:cluster": cluster.arn } },
    },
    {
      Sid: "HandOverRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [`arn:aws:iam::${accountId}:role/${name}-*`, ...adopted],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    { Sid: "KeepFailedStarts", Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterArn },
  ];
}

function validate(name: string, { duties, jobs }: ScheduledJobsArgs): void {
  demand(Object.keys(jobs).length > 0, `${name}.jobs`, "there is nothing to schedule", "Declare a job.");
  for (const [job, { command, duty, maxSilenceHours = 1 }] of Object.entries(jobs)) {
    demand(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(job),
      `${name}.jobs.${job}`,
      `"${job}" is no job's name`,
      "Use lower-case words joined by hyphens.",
    );
    demand(
      duties[duty] !== undefined,
      `${name}.jobs.${job}.duty`,
      `"${duty}" is none of the duties`,
      `Use one of ${Object.keys(duties).join(", ")}.`,
    );
    demand(command.length > 0, `${name}.jobs.${job}.command`, "the job runs nothing", "Name the command.");
    demand(
      Number.isInteger(maxSilenceHours) && maxSilenceHours >= 1 && maxSilenceHours <= 168,
      `${name}.jobs.${job}.maxSilenceHours`,
      `CloudWatch cannot look back ${maxSilenceHours} hours`,
      "Use 1 to 168 whole hours, or leave it out for jobs that run less than weekly.",
    );
  }
}

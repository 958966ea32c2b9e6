import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { jobFailed } from "./alarms/job-failed.ts";
import { jobMissing } from "./alarms/job-missing.ts";
import type { Metric } from "./alarms/metric.ts";
import type { Tags } from "./tags.ts";

export interface JobOutcomeArgs {
  readonly accountId: string;
  readonly region: string;
  readonly clusterName: string;
  readonly taskFamily: string;
  readonly alarms: Omit<AlarmScope, "parent">;
  /** Hours without a success after which somebody is told. @default never: CloudWatch looks back a week at most */
  readonly maxSilenceHours?: number;
  readonly tags: Tags;
}

/**
 * Watches how a task ends, from outside: two rules count the ends that ECS reports, so that a job which crashes, or
 * never starts, is noticed without its help.
 */
export class JobOutcome extends pulumi.ComponentResource {
  constructor(name: string, args: JobOutcomeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:monitoring:JobOutcome", name, {}, opts);
    const { maxSilenceHours, region, tags, taskFamily } = args;
    const rule = (outcome: string, description: string, ended: object) =>
      new cloudwatch.EventRule(
        `${name}-${outcome}`,
        {
          name: `${name}-${outcome}`,
          description,
          eventPattern: JSON.stringify(pattern(args, ended)),
          tags,
          region,
        },
        { parent: this },
      );
    const scope = { ...args.alarms, parent: this };
    const failed = rule("failed", `${taskFamily} ended with an error or did not start`, withError);
    jobFailed(scope, { subject: taskFamily, failures: countOf(failed) });
    if (maxSilenceHours !== undefined) {
      const succeeded = rule("succeeded", `${taskFamily} ended well`, well);
      jobMissing(scope, { subject: taskFamily, successes: countOf(succeeded), maxSilenceHours });
    }
    this.registerOutputs();
  }
}

const well = { containers: { exitCode: [0] } };
/** A container that never started has no exit code at all. */
const withError = {
  $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
};

function pattern({ accountId, clusterName, region, taskFamily }: JobOutcomeArgs, ended: object) {
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [`arn:aws:ecs:${region}:${accountId}:cluster/${clusterName}`],
      // With the colon, so that `backup` is not taken for `backup-verification`.
      taskDefinitionArn: [{ prefix: `arn:aws:ecs:${region}:${accountId}:task-definition/${taskFamily}:` }],
      lastStatus: ["STOPPED"],
      ...ended,
    },
  };
}

const countOf = (rule: cloudwatch.EventRule): Metric => ({
  namespace: "AWS/Events",
  metricName: "TriggeredRules",
  dimensions: { RuleName: rule.name },
});

import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { jobFailed } from "./alarms/job-failed.ts";
import { jobMissing } from "./alarms/job-missing.ts";
import type { Metric } from "./alarms/metric.ts";
import type { Tags } from "./tags.ts";

interface OutcomeArgs {
  readonly accountId: string;
  readonly region: string;
  readonly clusterName: string;
  readonly alarms: Omit<AlarmScope, "parent">;
  readonly tags: Tags;
}

export interface JobSuccessArgs extends OutcomeArgs {
  readonly taskFamily: string;
  /** Hours without a success after which somebody is told: CloudWatch looks back a week at most. */
  readonly maxSilenceHours: number;
}

export interface JobFailuresArgs extends OutcomeArgs {
  /** What all jobs' families begin with, for example `operations-`. */
  readonly familyPrefix: string;
}

/** Counts, from outside, the runs of one job that ended well: a job that never starts is noticed without its help. */
export class JobSuccess extends pulumi.ComponentResource {
  constructor(name: string, args: JobSuccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:monitoring:JobSuccess", name, {}, opts);
    const { alarms, maxSilenceHours, taskFamily } = args;
    // With the colon, so that `backup` is not taken for `backup-verification`.
    const rule = ruleOf(name, args, `${taskFamily} ended well`, `${taskFamily}:`, well, { parent: this });
    jobMissing({ ...alarms, parent: this }, { subject: taskFamily, successes: countOf(rule), maxSilenceHours });
    this.registerOutputs();
  }
}

/**
 * Counts the runs of all jobs that ended badly or could not start, and sends word of each: which job, with what exit
 * code, and why. The alarm beside it is for the dashboard and for whoever reads alarms and no notices.
 */
export class JobFailures extends pulumi.ComponentResource {
  constructor(name: string, args: JobFailuresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:monitoring:JobFailures", name, {}, opts);
    const { alarms, familyPrefix, region } = args;
    const child = { parent: this };
    const rule = ruleOf(name, args, "A job ended with an error or did not start", familyPrefix, withError, child);
    new cloudwatch.EventTarget(
      `${name}-notice`,
      {
        rule: rule.name,
        targetId: "topic",
        arn: alarms.topicArns.warning,
        inputTransformer: {
          inputPaths: {
            job: "$.detail.containers[0].name",
            exitCode: "$.detail.containers[0].exitCode",
            reason: "$.detail.stoppedReason",
            task: "$.detail.taskArn",
          },
          inputTemplate: JSON.stringify(
            `<job> failed: exit code <exitCode>, <reason>. Task <task>. Runbook: ${alarms.runbookUrl}/job-failed.md`,
          ),
        },
        region,
      },
      child,
    );
    jobFailed({ ...alarms, parent: this }, { subject: name, failures: countOf(rule) });
    this.registerOutputs();
  }
}

const well = { containers: { exitCode: [0] } };
/** A container that never started has no exit code at all. */
const withError = {
  $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
};

function ruleOf(
  name: string,
  { accountId, clusterName, region, tags }: OutcomeArgs,
  description: string,
  families: string,
  ended: object,
  opts: pulumi.CustomResourceOptions,
): cloudwatch.EventRule {
  const eventPattern = {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [`arn:aws:ecs:${region}:${accountId}:cluster/${clusterName}`],
      taskDefinitionArn: [{ prefix: `arn:aws:ecs:${region}:${accountId}:task-definition/${families}` }],
      lastStatus: ["STOPPED"],
      ...ended,
    },
  };
  return new cloudwatch.EventRule(
    name,
    { name, description, eventPattern: JSON.stringify(eventPattern), tags, region },
    opts,
  );
}

const countOf = (rule: cloudwatch.EventRule): Metric => ({
  namespace: "AWS/Events",
  metricName: "TriggeredRules",
  dimensions: { RuleName: rule.name },
});

import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { demand } from "../invalid-argument.ts";
import type { Severity } from "../severity.ts";
import { type Ownership, tagsFor } from "../tags.ts";
import { alarmName } from "./alarm-name.ts";
import type { Metric } from "./metric.ts";

/** What all alarms of one place share. */
export interface AlarmScope {
  /** The component or stack that owns the alarms. */
  readonly parent: pulumi.Resource;
  /** Unique for the account and region, for example the project and the environment. */
  readonly prefix: string;
  readonly ownership: Ownership;
  /** Where each severity is announced. */
  readonly topicArns: Readonly<Record<Severity, pulumi.Input<string>>>;
  /** The directory of the runbooks, without a slash at its end. */
  readonly runbookUrl: string;
  /** `group`: silent, because an AlarmGroup speaks for its members. @default "topic" */
  readonly announce?: "topic" | "group";
  /** `quiet`: the alarms show their state and tell nobody. @default "loud" */
  readonly voice?: "loud" | "quiet";
  /** @default the provider's region */
  readonly region?: string;
}

interface Condition {
  readonly comparison: "above" | "below";
  /** The first value that is still good. */
  readonly threshold: number;
  /** Length of one data point: 10, 30 or a multiple of 60. */
  readonly periodSeconds: number;
  /** How many data points in a row must be bad. */
  readonly periods: number;
  /** What a data point that never came means. */
  readonly missingData: "breaching" | "notBreaching" | "ignore" | "missing";
}

export interface AlarmFacts extends Condition {
  /** What is watched, for example `helpdesk-web`. */
  readonly subject: string;
  /** What is wrong, for example `high-error-rate`. */
  readonly problem: string;
  /** The runbook's file, without `.md`. @default problem */
  readonly runbook?: string;
  /** One sentence for the person who is woken: what happened, and to whom it matters. */
  readonly description: string;
  readonly severity: Severity;
  /** The topic, where it is not the severity's own. @default severity */
  readonly route?: Severity;
  /** One metric with its statistic (`Average`, `Sum`, `p95`, …), or an expression over several named ones. */
  readonly watched:
    | { readonly metric: Metric; readonly statistic: string }
    | {
        readonly expression: string;
        readonly metrics: Readonly<Record<string, { metric: Metric; statistic: string }>>;
      };
}

/** A metric alarm, and what an AlarmGroup needs to speak for it. */
export interface DeclaredAlarm {
  readonly name: string;
  readonly severity: Severity;
  readonly route: Severity;
  readonly resource: cloudwatch.MetricAlarm;
}

/** Declares one alarm; every alarm of the platform passes here, so all have a name, an owner, a text and a runbook. */
export function declareAlarm(scope: AlarmScope, facts: AlarmFacts): DeclaredAlarm {
  const { periodSeconds, periods, route = facts.severity, runbook = facts.problem, severity } = facts;
  const name = alarmName(scope.prefix, facts.subject, facts.problem);
  validate(name, facts);
  const announced = scope.announce === "group" ? [] : [scope.topicArns[route]];
  const resource = new cloudwatch.MetricAlarm(
    name,
    {
      name,
      alarmDescription: `${facts.description} Severity: ${severity}. Runbook: ${scope.runbookUrl}/${runbook}.md`,
      comparisonOperator: facts.comparison === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: facts.threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: facts.missingData,
      ...watch(facts.watched, periodSeconds),
      actionsEnabled: scope.voice !== "quiet",
      alarmActions: announced,
      // The all-clear takes the same way, so that PagerDuty closes what it opened.
      okActions: announced,
      tags: tagsFor("Alarm", scope.ownership),
      region: scope.region,
    },
    { parent: scope.parent },
  );
  return { name, severity, route, resource };
}

function validate(name: string, { periodSeconds, periods, threshold }: AlarmFacts): void {
  demand(Number.isFinite(threshold), `${name}.threshold`, `${threshold} is no threshold`, "Use a number.");
  demand(
    [10, 30].includes(periodSeconds) || (periodSeconds > 0 && periodSeconds % 60 === 0),
    `${name}.periodSeconds`,
    `CloudWatch keeps no data points of ${periodSeconds} seconds`,
    "Use 10, 30 or a multiple of 60.",
  );
  // CloudWatch looks back one day, or seven where a data point is an hour or longer.
  const reachSeconds = periodSeconds >= 3600 ? 7 * 86_400 : 86_400;
  demand(
    Number.isInteger(periods) && periods >= 1 && periods * periodSeconds <= reachSeconds,
    `${name}.periods`,
    `${periods} data points of ${periodSeconds} seconds are more than CloudWatch evaluates`,
    `Stay within ${reachSeconds} seconds in all.`,
  );
}

function watch(watched: AlarmFacts["watched"], period: number) {
  if ("metric" in watched) {
    const { dimensions, metricName, namespace } = watched.metric;
    return { namespace, metricName, dimensions: { ...dimensions }, period, ...statisticOf(watched.statistic) };
  }
  const result = { id: "result", expression: watched.expression, label: "result", returnData: true };
  const parts = Object.entries(watched.metrics).map(([id, { metric, statistic: stat }]) => ({
    id,
    metric: { ...metric, dimensions: { ...metric.dimensions }, period, stat },
    returnData: false,
  }));
  return { metricQueries: [result, ...parts] };
}

/** Percentiles go into a field of their own: the provider refuses `p99` as a statistic. */
function statisticOf(statistic: string): { statistic: string } | { extendedStatistic: string } {
  const plain = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"].includes(statistic);
  return plain ? { statistic } : { extendedStatistic: statistic };
}

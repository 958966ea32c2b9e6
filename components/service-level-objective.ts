import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmFacts, type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarms/alarm.ts";
import { alarmName } from "./alarms/alarm-name.ts";
import type { Metric } from "./alarms/metric.ts";
import { demand } from "./invalid-argument.ts";
import type { Severity } from "./severity.ts";
import { tagsFor } from "./tags.ts";

/** What counts as bad: requests that failed, or requests that took longer than promised. */
export type ServiceLevelIndicator =
  | { readonly kind: "availability"; readonly errors: Metric; readonly requests: Metric }
  | { readonly kind: "latency"; readonly responseTime: Metric; readonly maxSeconds: number };

export interface ServiceLevelObjectiveArgs {
  /** The service, for example `helpdesk-web`. */
  readonly subject: string;
  readonly indicator: ServiceLevelIndicator;
  /** How many of 100 requests have to be good over 30 days, from 95 to below 100; for example 99.9. */
  readonly objectivePercent: number;
  readonly alarms: Omit<AlarmScope, "parent" | "announce">;
}

/**
 * A promise to users, and three alarms on how fast its error budget burns (Google's SRE workbook, table 5-8). Each needs
 * a long window, so that a hiccup wakes nobody, and a short one, so that it ends when the trouble ends.
 */
export class ServiceLevelObjective extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceLevelObjectiveArgs, opts?: pulumi.ComponentResourceOptions) {
    const { alarms, indicator, objectivePercent, subject } = args;
    demand(
      objectivePercent >= 95 && objectivePercent < 100,
      `${name}.objectivePercent`,
      `${objectivePercent} % is no objective that burn rates can watch`,
      "Use 95 to 99.99; nothing is good 100 % of the time.",
    );
    super("thorbis:monitoring:ServiceLevelObjective", name, {}, opts);
    const scope = { ...alarms, parent: this, announce: "group" as const };
    for (const { budgetPercent, burnRate, long, severity, short } of burns) {
      const windows = [long, short].map((window) =>
        declareAlarm(scope, {
          subject,
          problem: `${indicator.kind}-burn-${burnRate}x-${window.label}`,
          runbook,
          description: `${subject} has burnt its ${indicator.kind} budget ${burnRate} times too fast for ${window.label}.`,
          severity,
          ...badShare(indicator, burnRate * (100 - objectivePercent)),
          periodSeconds: window.periodSeconds,
          periods: window.periods,
          missingData: "notBreaching",
        }),
      );
      const alarm = alarmName(alarms.prefix, subject, `${indicator.kind}-budget-${burnRate}x`);
      new cloudwatch.CompositeAlarm(
        alarm,
        {
          alarmName: alarm,
          alarmDescription:
            `${subject} burns the error budget of ${objectivePercent} % ${indicator.kind} ${burnRate} times too fast: ` +
            `${budgetPercent} % of the month's budget went within ${long.label}. ` +
            `Severity: ${severity}. Runbook: ${alarms.runbookUrl}/${runbook}.md`,
          alarmRule: allOf(windows),
          actionsEnabled: alarms.voice !== "quiet",
          alarmActions: [alarms.topicArns[severity]],
          okActions: [alarms.topicArns[severity]],
          tags: tagsFor("ServiceLevelObjective", alarms.ownership),
          region: alarms.region,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

const runbook = "error-budget-burn";

interface Window {
  readonly label: string;
  readonly periodSeconds: number;
  readonly periods: number;
}

const window = (label: string, periodSeconds: number, periods = 1): Window => ({ label, periodSeconds, periods });

interface Burn {
  readonly burnRate: number;
  /** The share of a month's budget that is gone when the alarm rings. */
  readonly budgetPercent: number;
  readonly severity: Severity;
  readonly long: Window;
  readonly short: Window;
}

const burns: readonly Burn[] = [
  { burnRate: 14.4, budgetPercent: 2, severity: "critical", long: window("1h", 3600), short: window("5m", 300) },
  { burnRate: 6, budgetPercent: 5, severity: "critical", long: window("6h", 21_600), short: window("30m", 1800) },
  // CloudWatch has no period of three days: each of the three days has to be bad.
  { burnRate: 1, budgetPercent: 10, severity: "warning", long: window("3d", 86_400, 3), short: window("6h", 21_600) },
];

function badShare(
  indicator: ServiceLevelIndicator,
  maxBadPercent: number,
): Pick<AlarmFacts, "comparison" | "threshold" | "watched"> {
  // Three decimals: 14.4 times 0.1 would be 1.4399999999999977 in every plan.
  const round = (value: number) => Number(value.toFixed(3));
  if (indicator.kind === "latency") {
    const statistic = `PR(:${indicator.maxSeconds})`;
    const threshold = round(100 - maxBadPercent);
    return { comparison: "below", threshold, watched: { metric: indicator.responseTime, statistic } };
  }
  const { errors, requests } = indicator;
  return {
    comparison: "above",
    threshold: round(maxBadPercent),
    watched: {
      expression: "100 * errors / requests",
      metrics: { errors: { metric: errors, statistic: "Sum" }, requests: { metric: requests, statistic: "Sum" } },
    },
  };
}

function allOf(alarms: readonly DeclaredAlarm[]): pulumi.Output<string> {
  return pulumi
    .all(alarms.map(({ resource }) => resource.name))
    .apply((names) => names.map((name) => `ALARM("${name}")`).join(" AND "));
}

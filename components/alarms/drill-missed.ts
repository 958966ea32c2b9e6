import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface DrillMissedArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Days since a drill last succeeded, reported once a day. */
  readonly daysSinceDrill: Metric;
  /** @default 35: a month, and a few days for a failed one; `drills.maxDaysBetween` of the operations' settings */
  readonly maxDaysBetween?: number;
}

/** No drill has succeeded for longer than a month: a warning. A quarter without one is three times too long. */
export function drillMissed(scope: AlarmScope, args: DrillMissedArgs): DeclaredAlarm {
  const { daysSinceDrill, maxDaysBetween = 35, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "drill-missed",
    description: `No recovery of ${subject} has been rehearsed with success for more than ${maxDaysBetween} days.`,
    severity: "warning",
    watched: { metric: daysSinceDrill, statistic: "Maximum" },
    comparison: "above",
    threshold: maxDaysBetween,
    periodSeconds: 3600,
    periods: 1,
    // CloudWatch looks back a week at most, so days are counted by the job. Where it does not run, job-missing rings.
    missingData: "ignore",
  });
}

import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface JobMissingArgs {
  /** The job, for example `daily-backup-verification`. */
  readonly subject: string;
  /** Runs that succeeded. */
  readonly successes: Metric;
  /** The interval of the schedule and a grace; CloudWatch looks back at most 168 hours. */
  readonly maxSilenceHours: number;
}

/** A scheduled job has not succeeded for longer than its schedule allows: a warning. */
export function jobMissing(scope: AlarmScope, args: JobMissingArgs): DeclaredAlarm {
  const { maxSilenceHours, subject, successes } = args;
  return declareAlarm(scope, {
    subject,
    problem: "job-missing",
    description: `The scheduled job ${subject} has not succeeded in the last ${maxSilenceHours} hours.`,
    severity: "warning",
    watched: { metric: successes, statistic: "Sum" },
    comparison: "below",
    threshold: 1,
    periodSeconds: 3600,
    periods: maxSilenceHours,
    // Silence is the failure that this alarm exists for.
    missingData: "breaching",
  });
}

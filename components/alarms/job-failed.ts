import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface JobFailedArgs {
  /** The job, for example `daily-backup-verification`. */
  readonly subject: string;
  /** Runs that failed. */
  readonly failures: Metric;
}

/** A scheduled job ended with an error or did not start: a warning, at once. */
export function jobFailed(scope: AlarmScope, args: JobFailedArgs): DeclaredAlarm {
  const { failures, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "job-failed",
    description: `The scheduled job ${subject} has failed.`,
    severity: "warning",
    watched: { metric: failures, statistic: "Sum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    missingData: "notBreaching",
  });
}

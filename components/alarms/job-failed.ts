import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface JobFailedArgs {
  /** The jobs, for example `operations-failures`. */
  readonly subject: string;
  /** Runs of any of them that failed. */
  readonly failures: Metric;
}

/** A scheduled job ended with an error or did not start: a warning, at once. Which one, the notice beside it says. */
export function jobFailed(scope: AlarmScope, args: JobFailedArgs): DeclaredAlarm {
  const { failures, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "job-failed",
    description: `A scheduled job of ${subject} has failed; the notice of the same minute names it.`,
    severity: "warning",
    watched: { metric: failures, statistic: "Sum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    missingData: "notBreaching",
  });
}

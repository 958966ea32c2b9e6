import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface FailedJobsArgs {
  /** The queue, for example `helpdesk-default`. */
  readonly subject: string;
  /** Jobs that failed after their last attempt. */
  readonly failedJobs: Metric;
  /** @default 10 in 15 minutes */
  readonly maxFailedJobs?: number;
}

/** More than 10 jobs fail for good within 15 minutes: a warning. */
export function failedJobs(scope: AlarmScope, args: FailedJobsArgs): DeclaredAlarm {
  const { failedJobs: metric, maxFailedJobs = 10, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "failed-jobs",
    description: `More than ${maxFailedJobs} jobs of ${subject} have failed for good within 15 minutes.`,
    severity: "warning",
    watched: { metric, statistic: "Sum" },
    comparison: "above",
    threshold: maxFailedJobs,
    periodSeconds: 900,
    periods: 1,
    missingData: "notBreaching",
  });
}

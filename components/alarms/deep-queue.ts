import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface DeepQueueArgs {
  /** The queue, for example `helpdesk-default`. */
  readonly subject: string;
  /** Jobs that wait for a worker. */
  readonly waitingJobs: Metric;
  /** More than the workers clear within the time the product promises. */
  readonly maxWaitingJobs: number;
}

/** Jobs wait longer than the workers can work off for 10 minutes: a warning. */
export function deepQueue(scope: AlarmScope, args: DeepQueueArgs): DeclaredAlarm {
  const { maxWaitingJobs, subject, waitingJobs } = args;
  return declareAlarm(scope, {
    subject,
    problem: "deep-queue",
    description: `More than ${maxWaitingJobs} jobs have waited in ${subject} for 10 minutes.`,
    severity: "warning",
    watched: { metric: waitingJobs, statistic: "Minimum" },
    comparison: "above",
    threshold: maxWaitingJobs,
    periodSeconds: 60,
    periods: 10,
    // The worker reports the depth: silence means that nobody works.
    missingData: "breaching",
  });
}

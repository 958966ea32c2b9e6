import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface FailedOperationsArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** One for each operation that failed: a job, a backup, a migration, a restore. */
  readonly failedOperations: Metric;
}

/** An operation failed, whoever started it: a warning, in Slack. */
export function failedOperations(scope: AlarmScope, args: FailedOperationsArgs): DeclaredAlarm {
  const { failedOperations: metric, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "failed-operations",
    description: `An operation on ${subject} has failed; its audit record says which, whose, and why.`,
    severity: "warning",
    // Whoever started it has been told already, and for the jobs there is an alarm of their own.
    route: "info",
    watched: { metric, statistic: "Sum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    missingData: "notBreaching",
  });
}

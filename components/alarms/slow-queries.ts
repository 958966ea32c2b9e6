import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface SlowQueriesArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Calls that took more than a second, in the minute of every five in which `pg_stat_statements` is compared. */
  readonly slowQueries: Metric;
  /** @default 0, from the maintenance guide */
  readonly maxSlowQueries?: number;
}

/** Queries take longer than a second, again and again for 15 minutes: a warning, in Slack. */
export function slowQueries(scope: AlarmScope, args: SlowQueriesArgs): DeclaredAlarm {
  const { maxSlowQueries = 0, slowQueries: metric, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "slow-queries",
    description: `More than ${maxSlowQueries} calls a minute on ${subject} have needed over a second, for 15 minutes.`,
    severity: "warning",
    // Slow statements are worth a look at daytime.
    route: "info",
    watched: { metric, statistic: "Maximum" },
    comparison: "above",
    threshold: maxSlowQueries,
    periodSeconds: 300,
    periods: 3,
    missingData: "notBreaching",
  });
}

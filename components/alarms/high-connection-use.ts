import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface HighConnectionUseArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Open connections. */
  readonly connections: Metric;
  /** How many the database allows. */
  readonly connectionLimit: number;
  /** @default 80, from the maintenance guide */
  readonly maxUsePercent?: number;
}

/** More than 80 % of the allowed connections are in use for 15 minutes: a warning before requests queue. */
export function highConnectionUse(scope: AlarmScope, args: HighConnectionUseArgs): DeclaredAlarm {
  const { connectionLimit, connections, maxUsePercent = 80, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "high-connection-use",
    description: `${subject} has had more than ${maxUsePercent} % of its ${connectionLimit} connections in use for 15 minutes.`,
    severity: "warning",
    watched: { metric: connections, statistic: "Maximum" },
    comparison: "above",
    threshold: (connectionLimit * maxUsePercent) / 100,
    periodSeconds: 300,
    periods: 3,
    missingData: "missing",
  });
}

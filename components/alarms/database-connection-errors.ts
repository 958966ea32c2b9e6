import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface DatabaseConnectionErrorsArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Connections that could not be opened. */
  readonly connectionErrors: Metric;
  /** @default 10 in 5 minutes, from the deployment guide */
  readonly maxConnectionErrors?: number;
}

/** More than 10 connections fail within 5 minutes: critical, to everybody. */
export function databaseConnectionErrors(scope: AlarmScope, args: DatabaseConnectionErrorsArgs): DeclaredAlarm {
  const { connectionErrors, maxConnectionErrors = 10, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "database-connection-errors",
    description: `More than ${maxConnectionErrors} connections to ${subject} have failed within 5 minutes.`,
    severity: "critical",
    watched: { metric: connectionErrors, statistic: "Sum" },
    comparison: "above",
    threshold: maxConnectionErrors,
    periodSeconds: 300,
    periods: 1,
    // Applications report errors, not their absence.
    missingData: "notBreaching",
  });
}

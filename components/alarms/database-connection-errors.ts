import { type AlarmFacts, type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface DatabaseConnectionErrorsArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Attempts to connect that failed, as a job that tries counts them: it notices a server that is gone. */
  readonly connectionErrors: Metric;
  /** Connections that the server refused, as its log counts them: whose they were does not matter. @default none */
  readonly refusedConnections?: Metric;
  /** @default 10 in 5 minutes, from the deployment guide */
  readonly maxConnectionErrors?: number;
}

/** More than 10 connections fail within 5 minutes: critical, to everybody. */
export function databaseConnectionErrors(scope: AlarmScope, args: DatabaseConnectionErrorsArgs): DeclaredAlarm {
  const { maxConnectionErrors = 10, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "database-connection-errors",
    description: `More than ${maxConnectionErrors} connections to ${subject} have failed within 5 minutes.`,
    severity: "critical",
    watched: watchedOf(args),
    comparison: "above",
    threshold: maxConnectionErrors,
    periodSeconds: 300,
    periods: 1,
    // Applications report errors, not their absence.
    missingData: "notBreaching",
  });
}

function watchedOf({ connectionErrors, refusedConnections }: DatabaseConnectionErrorsArgs): AlarmFacts["watched"] {
  const statistic = "Sum";
  if (refusedConnections === undefined) return { metric: connectionErrors, statistic };
  return {
    // Without FILL a minute in which one of both says nothing would hide the other.
    expression: "SUM([FILL(errors, 0), FILL(refusals, 0)])",
    metrics: {
      errors: { metric: connectionErrors, statistic },
      refusals: { metric: refusedConnections, statistic },
    },
  };
}

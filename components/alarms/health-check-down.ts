import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface HealthCheckDownArgs {
  /** The endpoint, for example `site`. */
  readonly subject: string;
  /** 1 while the endpoint answers, 0 otherwise; Route 53 keeps it in us-east-1. */
  readonly healthy: Metric;
}

/** An endpoint does not answer from anywhere for 3 minutes: critical, to everybody. */
export function healthCheckDown(scope: AlarmScope, args: HealthCheckDownArgs): DeclaredAlarm {
  const { healthy, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "health-check-down",
    description: `${subject} has not answered its health check for 3 minutes.`,
    severity: "critical",
    watched: { metric: healthy, statistic: "Minimum" },
    comparison: "below",
    threshold: 1,
    periodSeconds: 60,
    periods: 3,
    missingData: "breaching",
  });
}

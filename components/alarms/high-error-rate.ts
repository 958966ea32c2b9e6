import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface HighErrorRateArgs {
  /** What answers the requests, for example `helpdesk-web`. */
  readonly subject: string;
  /** Requests that failed on our side. */
  readonly errors: Metric;
  /** All requests. */
  readonly requests: Metric;
  /** @default 5, from the deployment guide */
  readonly maxErrorRatePercent?: number;
}

/** More than 5 % of the requests fail for 5 minutes: critical, to everybody. */
export function highErrorRate(scope: AlarmScope, args: HighErrorRateArgs): DeclaredAlarm {
  const { errors, maxErrorRatePercent = 5, requests, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "high-error-rate",
    description: `More than ${maxErrorRatePercent} % of the requests to ${subject} have failed for 5 minutes.`,
    severity: "critical",
    watched: {
      expression: "100 * errors / requests",
      metrics: { errors: { metric: errors, statistic: "Sum" }, requests: { metric: requests, statistic: "Sum" } },
    },
    comparison: "above",
    threshold: maxErrorRatePercent,
    periodSeconds: 60,
    periods: 5,
    // Without requests there is no rate; that nobody can reach us is the health check's alarm.
    missingData: "notBreaching",
  });
}

import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface SlowResponseArgs {
  /** What answers, for example `helpdesk-web`. */
  readonly subject: string;
  /** Response times in seconds. */
  readonly responseTime: Metric;
  /** @default 2, from the deployment guide */
  readonly maxMeanResponseSeconds?: number;
}

/** The mean response takes more than 2 seconds for 10 minutes: a warning, in Slack. */
export function slowResponse(scope: AlarmScope, args: SlowResponseArgs): DeclaredAlarm {
  const { maxMeanResponseSeconds = 2, responseTime, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "slow-response",
    description: `${subject} has needed more than ${maxMeanResponseSeconds} seconds a request on average for 10 minutes.`,
    severity: "warning",
    // The deployment guide sends this warning to Slack alone.
    route: "info",
    watched: { metric: responseTime, statistic: "Average" },
    comparison: "above",
    threshold: maxMeanResponseSeconds,
    periodSeconds: 60,
    periods: 10,
    missingData: "notBreaching",
  });
}

import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface RedisEvictionsArgs {
  /** The cache, for example `helpdesk-redis`. */
  readonly subject: string;
  /** Keys that were evicted. */
  readonly evictions: Metric;
}

/** Redis threw keys away: critical where it holds a queue, since those were jobs. */
export function redisEvictions(scope: AlarmScope, args: RedisEvictionsArgs): DeclaredAlarm {
  const { evictions, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "redis-evictions",
    description: `${subject} has evicted keys: with noeviction this cannot happen, so somebody changed the policy and jobs are lost.`,
    severity: "critical",
    watched: { metric: evictions, statistic: "Sum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    missingData: "notBreaching",
  });
}

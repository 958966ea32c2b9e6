import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface HighRedisMemoryArgs {
  /** The cache, for example `helpdesk-redis`. */
  readonly subject: string;
  /** Memory in use, 0 to 100. */
  readonly memoryUsePercent: Metric;
  /** @default 80, from the deployment guide */
  readonly maxMemoryPercent?: number;
}

/** Redis uses more than 80 % of its memory for 15 minutes: critical, since a full queue refuses writes. */
export function highRedisMemory(scope: AlarmScope, args: HighRedisMemoryArgs): DeclaredAlarm {
  const { maxMemoryPercent = 80, memoryUsePercent, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "high-redis-memory",
    description: `${subject} has used more than ${maxMemoryPercent} % of its memory for 15 minutes; at 100 % it refuses writes.`,
    severity: "critical",
    watched: { metric: memoryUsePercent, statistic: "Maximum" },
    comparison: "above",
    threshold: maxMemoryPercent,
    periodSeconds: 300,
    periods: 3,
    missingData: "missing",
  });
}

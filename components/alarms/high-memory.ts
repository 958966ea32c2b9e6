import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface HighMemoryArgs {
  /** What runs out of memory, for example `helpdesk-worker`. */
  readonly subject: string;
  /** Memory in use, 0 to 100. */
  readonly memoryUsePercent: Metric;
  /** @default 80, from the deployment guide */
  readonly maxMemoryPercent?: number;
}

/** More than 80 % of the memory is in use for 15 minutes: a warning. */
export function highMemory(scope: AlarmScope, args: HighMemoryArgs): DeclaredAlarm {
  const { maxMemoryPercent = 80, memoryUsePercent, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "high-memory",
    description: `${subject} has used more than ${maxMemoryPercent} % of its memory for 15 minutes.`,
    severity: "warning",
    watched: { metric: memoryUsePercent, statistic: "Average" },
    comparison: "above",
    threshold: maxMemoryPercent,
    periodSeconds: 300,
    periods: 3,
    // A service that stopped measuring is the health check's matter.
    missingData: "missing",
  });
}

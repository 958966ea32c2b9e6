import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface LowCacheHitsArgs {
  /** What caches, for example `thorbis-database`. */
  readonly subject: string;
  /** Reads that were served from memory, 0 to 100. */
  readonly cacheHitPercent: Metric;
  /** @default 90, from the maintenance guide */
  readonly minCacheHitPercent?: number;
}

/** Fewer than 90 % of the reads come from memory for 30 minutes: a warning, in Slack. */
export function lowCacheHits(scope: AlarmScope, args: LowCacheHitsArgs): DeclaredAlarm {
  const { cacheHitPercent, minCacheHitPercent = 90, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "low-cache-hits",
    description: `Fewer than ${minCacheHitPercent} % of the reads of ${subject} have come from memory for 30 minutes.`,
    severity: "warning",
    // A cold cache after a restart heals by itself.
    route: "info",
    watched: { metric: cacheHitPercent, statistic: "Average" },
    comparison: "below",
    threshold: minCacheHitPercent,
    periodSeconds: 300,
    periods: 6,
    missingData: "missing",
  });
}

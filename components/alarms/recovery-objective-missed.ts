import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface RecoveryObjectiveMissedArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** One for each drill or restore that took longer, or lost more, than was promised. */
  readonly recoveryObjectiveBreaches: Metric;
}

/** A measured recovery missed its objectives: a warning, because nothing is lost yet. */
export function recoveryObjectiveMissed(scope: AlarmScope, args: RecoveryObjectiveMissedArgs): DeclaredAlarm {
  const { recoveryObjectiveBreaches, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "recovery-objective-missed",
    description: `A recovery of ${subject} took longer, or lost more, than its objectives (RTO, RPO) allow.`,
    severity: "warning",
    watched: { metric: recoveryObjectiveBreaches, statistic: "Sum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 3600,
    periods: 1,
    // It is measured once a day: between two drills the last finding holds.
    missingData: "ignore",
  });
}

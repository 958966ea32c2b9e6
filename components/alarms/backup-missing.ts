import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface BackupMissingArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Counts one for each backup that was uploaded. */
  readonly completedBackups: Metric;
  /** @default 26: a day, and two hours for a slow one */
  readonly maxSilenceHours?: number;
}

/** No backup was completed in 26 hours: critical. */
export function backupMissing(scope: AlarmScope, args: BackupMissingArgs): DeclaredAlarm {
  const { completedBackups, maxSilenceHours = 26, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "backup-missing",
    description: `No backup of ${subject} was completed in the last ${maxSilenceHours} hours.`,
    severity: "critical",
    watched: { metric: completedBackups, statistic: "Sum" },
    comparison: "below",
    threshold: 1,
    periodSeconds: 3600,
    periods: maxSilenceHours,
    // Silence is the failure that this alarm exists for.
    missingData: "breaching",
  });
}

import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface BackupUnverifiedArgs {
  /** The database, for example `thorbis-database`. */
  readonly subject: string;
  /** Counts one for each backup that was restored and compared. */
  readonly verifiedBackups: Metric;
  /** @default 26: a day, and two hours for a slow one */
  readonly maxSilenceHours?: number;
}

/** No backup was proven restorable in 26 hours: critical, because it is as good as none. */
export function backupUnverified(scope: AlarmScope, args: BackupUnverifiedArgs): DeclaredAlarm {
  const { maxSilenceHours = 26, subject, verifiedBackups } = args;
  return declareAlarm(scope, {
    subject,
    problem: "backup-unverified",
    description: `No backup of ${subject} was verified in the last ${maxSilenceHours} hours; "could not verify" counts as failed.`,
    severity: "critical",
    watched: { metric: verifiedBackups, statistic: "Sum" },
    comparison: "below",
    threshold: 1,
    periodSeconds: 3600,
    periods: maxSilenceHours,
    // Silence is the failure that this alarm exists for.
    missingData: "breaching",
  });
}

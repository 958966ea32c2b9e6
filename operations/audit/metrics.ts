/**
 * Every number that a data operation publishes. The alarms watch these names (`databaseMetrics` in
 * `components/alarms/platform-metrics.ts`); the test beside this file holds the two together.
 */
export const NAMESPACE = "Thorbis/Database";

export const METRICS = {
  /** One for each set that was promoted. */
  completedBackups: { name: "CompletedBackups", unit: "Count" },
  /** One for each set that was restored and compared. */
  verifiedBackups: { name: "VerifiedBackups", unit: "Count" },
  /** Stored bytes of the promoted set, and the seconds it took. */
  backupBytes: { name: "BackupBytes", unit: "Bytes" },
  backupSeconds: { name: "BackupSeconds", unit: "Seconds" },
  /** Measured by a restore or a drill: from the command to a checked database, and the age of its contents. */
  recoveryTimeSeconds: { name: "RecoveryTimeSeconds", unit: "Seconds" },
  recoveryPointSeconds: { name: "RecoveryPointSeconds", unit: "Seconds" },
  /** One when a measured time was above the declared one, else zero. */
  recoveryObjectiveBreaches: { name: "RecoveryObjectiveBreaches", unit: "Count" },
  completedDrills: { name: "CompletedDrills", unit: "Count" },
  /** Since a drill last succeeded, whoever started it. */
  daysSinceDrill: { name: "DaysSinceDrill", unit: "None" },
  /** Of a database, in the minute in which the vitals looked: attempts to connect that failed, and what it did. */
  connectionErrors: { name: "ConnectionErrors", unit: "Count" },
  connections: { name: "Connections", unit: "Count" },
  slowQueries: { name: "SlowQueries", unit: "Count" },
  cacheHitPercent: { name: "CacheHitPercent", unit: "Percent" },
  appliedMigrations: { name: "AppliedMigrations", unit: "Count" },
  /** One for each operation that failed, whatever it was. */
  failedOperations: { name: "FailedOperations", unit: "Count" },
} as const;

export type MetricKey = keyof typeof METRICS;
export type Measurements = Partial<Record<MetricKey, number>>;

import { dailyBackup } from "./daily-backup.ts";
import { dailyBackupPruning } from "./daily-backup-pruning.ts";
import { dailyBackupVerification } from "./daily-backup-verification.ts";
import { dailyLogRotation } from "./daily-log-rotation.ts";
import { databaseVitals } from "./database-vitals.ts";
import type { Job } from "./job.ts";
import { monthlyCertificateCheck } from "./monthly-certificate-check.ts";
import { monthlyDatabaseMaintenance } from "./monthly-database-maintenance.ts";
import { quarterlyRecoveryTest } from "./quarterly-recovery-test.ts";
import { weeklyPerformanceAnalysis } from "./weekly-performance-analysis.ts";
import { weeklySecurityScan } from "./weekly-security-scan.ts";

/** Every job that `stacks/maintenance.ts` schedules. */
export const jobs: readonly Job[] = [
  databaseVitals,
  dailyBackup,
  dailyBackupVerification,
  dailyBackupPruning,
  dailyLogRotation,
  weeklySecurityScan,
  weeklyPerformanceAnalysis,
  monthlyCertificateCheck,
  monthlyDatabaseMaintenance,
  quarterlyRecoveryTest,
];

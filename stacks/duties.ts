/** Who does what: the duty of every scheduled job, and what a duty may log in to and is given keys of. */
import type { MaintenanceJob } from "./maintenance.ts";

/** As which role a task logs in to the databases. */
export const databaseUses = ["backup", "monitoring", "migrator"] as const;
export type DatabaseUse = (typeof databaseUses)[number];

/** Jobs with the same rights share the roles that say so. */
export type DutyName = "backup" | "restore" | "prune" | "observe" | "maintain" | "watch";

/** Backups are added, read and removed by three duties that never meet; no other comes near them. */
export const dutyOf: Readonly<Record<MaintenanceJob, DutyName>> = {
  "database-vitals": "observe",
  "daily-backup": "backup",
  "daily-backup-verification": "restore",
  "daily-backup-pruning": "prune",
  "daily-log-rotation": "watch",
  "weekly-security-scan": "observe",
  "weekly-performance-analysis": "observe",
  "monthly-certificate-check": "watch",
  "monthly-database-maintenance": "maintain",
  "quarterly-recovery-test": "restore",
};

/** As which role a duty logs in to the databases; the others never do. */
export const urlsOf: Readonly<Partial<Record<DutyName, DatabaseUse>>> = {
  backup: "backup",
  observe: "monitoring",
  maintain: "migrator",
};

/** Duties that are given the keys of the backups. */
export const keyHolders: readonly DutyName[] = ["backup", "restore", "prune"];

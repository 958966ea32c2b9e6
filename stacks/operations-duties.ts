import type { Statement } from "../components/policy-document.ts";
import type { Duty } from "../components/scheduled-jobs.ts";
import type { MaintenanceJob } from "./maintenance.ts";
import type { OperationsVault, UrlUse } from "./operations-vault.ts";
import type { SharedServices } from "./shared.ts";

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
export const urlsOf: Readonly<Partial<Record<DutyName, UrlUse>>> = {
  backup: "backup",
  observe: "monitoring",
  maintain: "migrator",
};

/** Duties that are given the keys of the backups. */
export const keyHolders: readonly DutyName[] = ["backup", "restore", "prune"];

export function declareDuties({ backups }: SharedServices, vault: OperationsVault): Readonly<Record<DutyName, Duty>> {
  const duty = (name: DutyName, permissions: Duty["permissions"]): Duty => {
    const use = urlsOf[name];
    return {
      permissions,
      secrets: {
        ...(use === undefined ? {} : vault.databaseUrls[use]),
        ...(keyHolders.includes(name) ? vault.backupKeys : {}),
      },
    };
  };
  return {
    backup: duty("backup", { roleArn: backups.writerRoleArn }),
    restore: duty("restore", { roleArn: backups.restoreRoleArn }),
    prune: duty("prune", { roleArn: backups.pruneRoleArn }),
    observe: duty("observe", { statements: [putMetrics] }),
    maintain: duty("maintain", { statements: [putMetrics] }),
    watch: duty("watch", { statements: [putMetrics, listLogGroups] }),
  };
}

const putMetrics: Statement = {
  Sid: "ReportMetrics",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringEquals: { "cloudwatch:namespace": "Thorbis/Database" } },
};

/** It names groups and their retention, and shows no line of them; it takes no narrower resource. */
const listLogGroups: Statement = {
  Sid: "ListLogGroups",
  Effect: "Allow",
  Action: "logs:DescribeLogGroups",
  Resource: "*",
};

import type { Statement } from "../components/policy-document.ts";
import type { Duty } from "../components/scheduled-jobs.ts";
import { type DutyName, keyHolders, urlsOf } from "./duties.ts";
import type { OperationsVault } from "./operations-vault.ts";
import type { SharedServices } from "./shared.ts";

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

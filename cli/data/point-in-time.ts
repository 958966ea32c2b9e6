import { setTimeout as delay } from "node:timers/promises";
import { RDSClient } from "@aws-sdk/client-rds";
import { audited } from "../../operations/audit/record.ts";
import { clientOptions } from "../../operations/audit/trail.ts";
import { formatSeconds } from "../../operations/drills/trend-chart.ts";
import { OperationFailure } from "../../operations/failure.ts";
import { type PointInTimeReport, restoreToPointInTime } from "../../operations/restore/point-in-time.ts";
import { type OperationSettings, requireSetting } from "../../operations/settings.ts";
import { print, printJson, table } from "../print.ts";
import { progressOf } from "./progress.ts";
import type { DataFlags } from "./settings.ts";
import { openBackups, trailOf } from "./store.ts";
import { interruptible } from "./terminal.ts";

export interface PointInTimeFlags extends DataFlags {
  pointInTime?: string;
  cluster?: string;
}

/** Options of `restore` that say something about a set, or about a database on the old server. */
const OF_SETS = ["set", "date", "schema", "table", "database", "serverFrom", "filesTo", "swap"] as const;
const POLL_MS = 15_000;

/** `restore --point-in-time`: the service that keeps the source's history makes a cluster beside it. */
export async function restorePointInTime(flags: PointInTimeFlags, settings: OperationSettings): Promise<void> {
  const to = timeOf(flags);
  const database = requireSetting(settings.database, "database.url");
  const open = openBackups(settings);
  const client = new RDSClient(clientOptions(settings.aws));
  const { tell } = progressOf(flags);
  try {
    const report = await interruptible((signal) =>
      audited(trailOf(settings), { environment: settings.environment, action: "restore --point-in-time" }, async () => {
        const result = await restoreToPointInTime({
          ...open,
          client,
          cluster: database.cluster,
          databaseUrl: database.url,
          to,
          ...(flags.cluster !== undefined && { newCluster: flags.cluster }),
          objectives: { rtoSeconds: settings.recoveryTimeMinutes * 60, rpoSeconds: settings.recoveryPointMinutes * 60 },
          now: () => new Date(),
          wait: () => delay(POLL_MS),
          signal,
          onStatus: (text) => tell({ text }),
        });
        const { rtoSeconds, rpoSeconds, ok } = result;
        const measurements = {
          recoveryTimeSeconds: rtoSeconds,
          recoveryPointSeconds: rpoSeconds,
          recoveryObjectiveBreaches: ok ? 0 : 1,
        };
        return { result, detail: { ...result, checks: result.checks.length }, measurements };
      }),
    );
    if (flags.json) printJson(report);
    else print(describe(report));
    if (!report.ok) process.exitCode = 1;
  } finally {
    client.destroy();
    open.store.close();
  }
}

function timeOf(flags: PointInTimeFlags): Date {
  const given: Readonly<Record<string, unknown>> = { ...flags };
  const foreign = OF_SETS.filter((name) => {
    const value = given[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (foreign.length > 0) {
    const names = foreign.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw new OperationFailure(`--point-in-time makes a cluster of its own and takes no ${names.join(", ")}`, {
      exitCode: 2,
    });
  }
  const to = new Date(flags.pointInTime ?? "");
  if (!Number.isNaN(to.getTime())) return to;
  throw new OperationFailure(`${flags.pointInTime} is not a time (2026-11-20T18:00:00Z)`, { exitCode: 2 });
}

function describe({ objectives, ...report }: PointInTimeReport): string {
  const verdict = (measured: number, declared: number): string => (measured <= declared ? "within" : "ABOVE");
  const times = [
    ["RTO", report.rtoSeconds, objectives.rtoSeconds],
    ["RPO", report.rpoSeconds, objectives.rpoSeconds],
  ] as const;
  const rows = [
    ...times.map(([name, measured, declared]) => [
      name,
      formatSeconds(measured),
      verdict(measured, declared),
      formatSeconds(declared),
    ]),
    ...report.checks.map(({ name, ok, detail }) => [name, ok ? "ok" : "FAILED", detail, ""]),
  ];
  return [
    `${report.restoredTo} is restored into the new cluster ${report.cluster}, at ${report.address}.`,
    `Compared with ${report.comparedWith.join(" and ")}. The old cluster is as it was.`,
    table(rows),
  ].join("\n");
}

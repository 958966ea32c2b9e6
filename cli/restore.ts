/** `./thorbis restore`: bring a backup back, into a new database unless told otherwise. */
import { type Command, Option } from "commander";
import { audited } from "../operations/audit/record.ts";
import type { FileSource } from "../operations/backups/files.ts";
import type { SetChoice } from "../operations/backups/sets.ts";
import { databaseOf } from "../operations/database/connection.ts";
import { formatSeconds } from "../operations/drills/trend-chart.ts";
import { OperationFailure } from "../operations/failure.ts";
import { requireHealthy } from "../operations/notify.ts";
import { type RestoreReport, restoreBackup } from "../operations/restore/restore.ts";
import { type OperationSettings, requireSetting } from "../operations/settings.ts";
import { type PointInTimeFlags, restorePointInTime } from "./data/point-in-time.ts";
import { progressOf } from "./data/progress.ts";
import { dataOptions, loadSettings } from "./data/settings.ts";
import {
  type OpenBackups,
  openBackups,
  openReplica,
  type ReplicaFlags,
  replicaOptions,
  trailOf,
} from "./data/store.ts";
import { confirmName, interruptible } from "./data/terminal.ts";
import { print, printJson, table } from "./print.ts";

const examples = `
Levels:
  database-only   schema, rows, rights and roles, into a new database
  full-restore    the same, and the files (--files-to)
  partial         the whole schema, and the rows of --schema and --table only

Examples:
  ./thorbis restore --environment production
  ./thorbis restore --environment production --date 2026-11-20T18:00:00Z --swap
  ./thorbis restore --environment production --level partial --table public.invoices
  ./thorbis restore --environment production --level full-restore --files-to /var/restored
  ./thorbis restore --environment production --point-in-time 2026-11-20T17:59:30Z   any second, into a new cluster
`;

interface RestoreFlags extends PointInTimeFlags, ReplicaFlags {
  set?: string;
  date?: string;
  level: "database-only" | "full-restore" | "partial";
  schema: string[];
  table: string[];
  database?: string;
  serverFrom?: string;
  filesTo?: string;
  swap?: boolean;
  confirm?: string;
}

export function register(program: Command): void {
  const many = (value: string, before: string[]): string[] => [...before, value];
  replicaOptions(dataOptions(program.command("restore")))
    .description("Restore a backup, check it, and measure RTO and RPO")
    .option("--set <id>", "the set (default: the latest verified)")
    .option("--date <time>", "the newest set from before this time, ISO 8601")
    .addOption(
      new Option("--level <level>", "how much")
        .choices(["database-only", "full-restore", "partial"])
        .default("database-only"),
    )
    .option("--schema <name>", "partial: rows of this schema (repeatable)", many, [])
    .option("--table <schema.table>", "partial: rows of this table (repeatable)", many, [])
    .option("--database <name>", "name of the new database (default: <database>_restored_<time>)")
    .option(
      "--server-from <variable>",
      "environment variable with the target server's address (default: the environment's own server)",
    )
    .option("--files-to <place>", "full-restore: a directory, or s3://bucket")
    .option(
      "--swap",
      "take the live database's place when every check is green; the old one is kept under another name",
    )
    .option("--confirm <name>", "the environment's name, instead of typing it")
    .option("--point-in-time <time>", "the database as it was at this second, where its cluster keeps history")
    .option("--cluster <name>", "with --point-in-time: the new cluster (default: <cluster>-restored-<time>)")
    .addHelpText("after", examples)
    .action(restore);
}

async function restore(flags: RestoreFlags): Promise<void> {
  const settings = await loadSettings(flags);
  if (flags.pointInTime !== undefined) return await restorePointInTime(flags, settings);
  if (flags.cluster !== undefined) throw new OperationFailure("--cluster belongs to --point-in-time", { exitCode: 2 });
  const database = requireSetting(settings.database, "database.url");
  const serverUrl =
    flags.serverFrom === undefined ? database.url : requireSetting(process.env[flags.serverFrom], flags.serverFrom);
  if (flags.swap && !(await confirmName(settings.environment, flags.confirm))) {
    throw new OperationFailure(`not confirmed: nothing was changed in ${settings.environment}`, { exitCode: 3 });
  }
  const open = openBackups(settings);
  const replica = openReplica(flags, settings);
  const line = progressOf(flags);
  try {
    const report = await interruptible((signal) =>
      audited(trailOf(settings), { environment: settings.environment, action: "restore" }, async () => {
        const result = await restoreBackup({
          ...open,
          ...(replica !== undefined && { store: replica }),
          ...selectionOf(flags),
          ...filesOf(flags, open),
          choice: choiceOf(flags),
          serverUrl,
          ...(flags.database !== undefined && { database: flags.database }),
          ...(flags.swap && {
            swapWith: databaseOf(database.url),
            healthCheck: () => requireHealthy(settings.migrations.smokeUrls),
          }),
          objectives: objectivesOf(settings),
          now: () => new Date(),
          signal,
          onProgress: ({ phase, bytes, totalBytes }) => line.show(phase, bytes, totalBytes),
        });
        return { result, detail: { ...result, checks: result.checks.length }, measurements: measure(result) };
      }),
    );
    line.end();
    if (flags.json) printJson(report);
    else print(describe(report));
    if (!report.ok) process.exitCode = 1;
  } finally {
    line.end();
    open.store.close();
    replica?.close();
  }
}

export function objectivesOf(settings: OperationSettings): { rtoSeconds: number; rpoSeconds: number } {
  return { rtoSeconds: settings.recoveryTimeMinutes * 60, rpoSeconds: settings.recoveryPointMinutes * 60 };
}

function measure({ rtoSeconds, rpoSeconds, objectives }: RestoreReport) {
  const breached = rtoSeconds > objectives.rtoSeconds || rpoSeconds > objectives.rpoSeconds;
  return {
    recoveryTimeSeconds: rtoSeconds,
    recoveryPointSeconds: rpoSeconds,
    recoveryObjectiveBreaches: breached ? 1 : 0,
  };
}

export function choiceOf(flags: { set?: string; date?: string }): SetChoice {
  if (flags.set !== undefined && flags.date !== undefined)
    throw new OperationFailure("--set and --date exclude each other", { exitCode: 2 });
  if (flags.set !== undefined) return { kind: "id", id: flags.set };
  if (flags.date === undefined) return { kind: "latest" };
  const date = new Date(flags.date);
  if (Number.isNaN(date.getTime()))
    throw new OperationFailure(`${flags.date} is not a time (2026-11-20T18:00:00Z)`, { exitCode: 2 });
  return { kind: "before", date };
}

function selectionOf({ level, schema, table: tables }: RestoreFlags) {
  const given = schema.length + tables.length > 0;
  if (given !== (level === "partial")) {
    throw new OperationFailure("--level partial needs --schema or --table, and only it takes them", { exitCode: 2 });
  }
  return given ? { selection: { schemas: schema, tables } } : {};
}

function filesOf(flags: RestoreFlags, open: OpenBackups): { files?: FileSource } {
  if ((flags.filesTo !== undefined) !== (flags.level === "full-restore")) {
    throw new OperationFailure("--level full-restore needs --files-to, and only it takes it", { exitCode: 2 });
  }
  if (flags.filesTo === undefined) return {};
  const bucket = /^s3:\/\/([^/]+)\/?$/.exec(flags.filesTo)?.[1];
  if (bucket === undefined) return { files: { kind: "directory", path: flags.filesTo } };
  return { files: { kind: "bucket", bucket, prefix: "", client: open.client } };
}

function describe(report: RestoreReport): string {
  const { objectives } = report;
  const verdict = (measured: number, declared: number): string => (measured <= declared ? "within" : "ABOVE");
  const kept = report.previousDatabase === undefined ? [] : [`The old database is kept as ${report.previousDatabase}.`];
  const skipped =
    report.skippedForeignKeys === 0
      ? []
      : [`${report.skippedForeignKeys} foreign keys were left out: their other rows are not there.`];
  const created = report.createdRoles.length === 0 ? [] : [`Created roles: ${report.createdRoles.join(", ")}`];
  const lines = [
    [
      "RTO",
      formatSeconds(report.rtoSeconds),
      verdict(report.rtoSeconds, objectives.rtoSeconds),
      formatSeconds(objectives.rtoSeconds),
    ],
    [
      "RPO",
      formatSeconds(report.rpoSeconds),
      verdict(report.rpoSeconds, objectives.rpoSeconds),
      formatSeconds(objectives.rpoSeconds),
    ],
    ...report.checks.map(({ name, ok, detail }) => [name, ok ? "ok" : "FAILED", detail, ""]),
  ];
  return [
    `${report.setId} is restored into the database ${report.database}.`,
    ...kept,
    ...created,
    ...skipped,
    table(lines),
  ].join("\n");
}

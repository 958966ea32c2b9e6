import type pg from "pg";
import { messageOf, OperationFailure } from "../failure.ts";
import { compareVersions, type Migration } from "./file.ts";

/** One application of a migration; a rolled-back one stays as history and a new application is a new row. */
export interface AppliedMigration {
  version: string;
  description: string;
  checksum: string;
  appliedAt: Date;
  rolledBackAt: Date | null;
  durationMs: number;
  appliedBy: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text NOT NULL,
    description text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    rolled_back_at timestamptz,
    duration interval NOT NULL,
    applied_by text NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS schema_migrations_one_active ON schema_migrations (version) WHERE rolled_back_at IS NULL;
  CREATE TABLE IF NOT EXISTS schema_migrations_audit (
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by text NOT NULL,
    action text NOT NULL,
    version text NOT NULL,
    reason text NOT NULL,
    before text,
    after text
  );
  CREATE TABLE IF NOT EXISTS schema_migrations_lock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    pid integer NOT NULL,
    backend_pid integer NOT NULL,
    operator text NOT NULL,
    since timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS schema_migrations_progress (
    version text NOT NULL,
    direction text NOT NULL,
    checksum text NOT NULL,
    done integer NOT NULL,
    started integer NOT NULL,
    PRIMARY KEY (version, direction)
  )`;

export async function ensureTables(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(TABLES);
  } catch (error) {
    throw new OperationFailure(`the migration tables cannot be created: ${messageOf(error)}`, {
      remedy: "The user that migrates must own the schema, or hold CREATE on it.",
      cause: error,
    });
  }
}

/** Applied and not rolled back, in the order of their versions; an untouched database has none. */
export async function readApplied(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const exists = await client.query("SELECT FROM pg_class WHERE oid = to_regclass('schema_migrations')");
  if (exists.rowCount === 0) return [];
  const { rows } = await client.query<AppliedMigration>(
    `SELECT version, description, checksum, applied_at AS "appliedAt", rolled_back_at AS "rolledBackAt",
            (extract(epoch FROM duration) * 1000)::float8 AS "durationMs", applied_by AS "appliedBy"
       FROM schema_migrations WHERE rolled_back_at IS NULL`,
  );
  return rows.sort((a, b) => compareVersions(a.version, b.version));
}

export type HistoryProblem =
  | { kind: "changed"; version: string; file: string; recorded: string; found: string }
  | { kind: "missing"; version: string; description: string }
  | { kind: "reordered"; version: string; file: string; after: string };

export interface HistoryComparison {
  applied: readonly AppliedMigration[];
  pending: readonly Migration[];
  problems: readonly HistoryProblem[];
}

/** Compares the files with what the database says was applied; anything but a common prefix is a problem. */
export function compareHistory(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): HistoryComparison {
  const files = new Map(migrations.map((migration) => [BigInt(migration.version), migration]));
  const rows = new Set(applied.map(({ version }) => BigInt(version)));
  const newest = applied.at(-1)?.version;
  const problems: HistoryProblem[] = [];
  for (const row of applied) {
    const file = files.get(BigInt(row.version));
    if (file === undefined) {
      problems.push({ kind: "missing", version: row.version, description: row.description });
    } else if (file.checksum !== row.checksum) {
      problems.push({
        kind: "changed",
        version: row.version,
        file: file.file,
        recorded: row.checksum,
        found: file.checksum,
      });
      // The chain makes every later checksum differ too; the first difference is the cause.
      break;
    }
  }
  const pending = migrations.filter(({ version }) => !rows.has(BigInt(version)));
  for (const { version, file } of pending) {
    if (newest !== undefined && compareVersions(version, newest) < 0) {
      problems.push({ kind: "reordered", version, file, after: newest });
    }
  }
  return { applied, pending, problems: withoutConsequences(problems) };
}

/** A file that was added or removed in the middle also breaks the chain behind it: only the cause is reported. */
function withoutConsequences(problems: readonly HistoryProblem[]): HistoryProblem[] {
  const causes = problems.filter(({ kind }) => kind !== "changed").map(({ version }) => version);
  return problems.filter(
    (problem) => problem.kind !== "changed" || !causes.some((version) => compareVersions(version, problem.version) < 0),
  );
}

export function explainProblem(problem: HistoryProblem): string {
  switch (problem.kind) {
    case "changed":
      return (
        `${problem.version}: ${problem.file} was changed after it was applied. Restore its committed content and put the change ` +
        `into a new migration, or, when the database already agrees with the new text, accept it: ` +
        `./thorbis db migrate --accept ${problem.version} --reason "…"`
      );
    case "missing":
      return (
        `${problem.version} (${problem.description}) is applied but has no file. Check out the commit that holds it, ` +
        `or, when it is gone for good, accept that: ./thorbis db migrate --accept ${problem.version} --reason "…"`
      );
    case "reordered":
      return (
        `${problem.version}: ${problem.file} is not applied but older than the applied ${problem.after}. ` +
        `Rename it to a version after ${problem.after}.`
      );
  }
}

/** Refuses to go on when the history does not fit the files. */
export function requireCleanHistory(comparison: HistoryComparison): void {
  if (comparison.problems.length === 0) return;
  throw new OperationFailure(
    `the database's history does not fit the files:\n  ${comparison.problems.map(explainProblem).join("\n  ")}`,
    { exitCode: 3 },
  );
}

/**
 * The documented override for one version: a changed file's chain is recorded anew from it on, a missing file's row is
 * closed. Both leave a row in `schema_migrations_audit`, in the same transaction.
 */
export async function acceptProblem(
  client: pg.ClientBase,
  options: { migrations: readonly Migration[]; version: string; reason: string; by: string },
): Promise<void> {
  const comparison = compareHistory(options.migrations, await readApplied(client));
  const problem = comparison.problems.find(({ version }) => compareVersions(version, options.version) === 0);
  if (problem === undefined || problem.kind === "reordered") {
    const why = problem === undefined ? "it has no problem" : "a file out of order is renamed, not accepted";
    throw new OperationFailure(`version ${options.version} cannot be accepted: ${why}`, { exitCode: 2 });
  }
  if (options.reason.trim().length < 10) {
    throw new OperationFailure("an accepted difference needs a reason of at least ten characters", { exitCode: 2 });
  }
  await inTransaction(client, async () => {
    if (problem.kind === "missing") {
      await client.query(
        "UPDATE schema_migrations SET rolled_back_at = clock_timestamp() WHERE version = $1 AND rolled_back_at IS NULL",
        [problem.version],
      );
    }
    for (const row of comparison.applied) {
      const file = options.migrations.find(({ version }) => BigInt(version) === BigInt(row.version));
      if (file === undefined || compareVersions(row.version, problem.version) < 0) continue;
      await client.query("UPDATE schema_migrations SET checksum = $2 WHERE version = $1 AND rolled_back_at IS NULL", [
        row.version,
        file.checksum,
      ]);
    }
    await client.query(
      "INSERT INTO schema_migrations_audit (by, action, version, reason, before, after) VALUES ($1, $2, $3, $4, $5, $6)",
      [
        options.by,
        `accepted-${problem.kind}`,
        problem.version,
        options.reason.trim(),
        problem.kind === "changed" ? problem.recorded : problem.description,
        problem.kind === "changed" ? problem.found : null,
      ],
    );
  });
}

export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // The first error explains; a connection that is gone cannot roll back, and the server does it then.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

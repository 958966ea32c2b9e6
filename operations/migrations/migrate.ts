import type pg from "pg";
import { operator, withConnection } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import { compareVersions, type Migration, readMigrations } from "./file.ts";
import {
  type AppliedMigration,
  acceptProblem,
  compareHistory,
  type HistoryProblem,
  readApplied,
  requireCleanHistory,
} from "./history.ts";
import { type LockHolder, type LockOptions, readHolder, withMigrationLock } from "./lock.ts";
import { type RunnerOptions, runMigration } from "./runner.ts";

export interface MigrationTarget {
  /** Address of the database, with a user that owns the schema. A transaction-pooling proxy cannot hold the lock. */
  url: string;
  /** Directory of the migration files. */
  directory: string;
}

export interface MigrationStatus {
  applied: readonly AppliedMigration[];
  pending: readonly Migration[];
  problems: readonly HistoryProblem[];
  holder: LockHolder | undefined;
}

/** Reads only: an untouched database stays untouched. */
export async function readStatus(target: MigrationTarget): Promise<MigrationStatus> {
  const migrations = await readMigrations(target.directory);
  return await withConnection(target.url, "status", async (client) => ({
    ...compareHistory(migrations, await readApplied(client)),
    holder: await readHolder(client),
  }));
}

export interface MigrateOptions extends RunnerOptions, Omit<LockOptions, "waitMs"> {
  /** Last version to apply. @default all */
  to?: string;
  /** How long to wait for another runner. @default 0 */
  waitMs?: number;
  /** Versions that were approved; when the pending ones differ, nothing is applied. @default no comparison */
  approved?: readonly { version: string; checksum: string }[];
}

/** Applies what is pending, in order, and returns it. Stops at the first failure; what was applied before stays. */
export async function migrate(target: MigrationTarget, options: MigrateOptions = {}): Promise<readonly Migration[]> {
  const migrations = await readMigrations(target.directory);
  return await locked(target, options, async (client) => {
    const comparison = compareHistory(migrations, await readApplied(client));
    requireCleanHistory(comparison);
    const pending = pendingUpTo(comparison, options.to);
    requireApproved(pending, options.approved);
    for (const migration of pending) await runMigration(client, migration, "up", options);
    return pending;
  });
}

/** What is pending up to a version; refuses a version that nobody wrote: a slip of the pen is not "nothing to do". */
export function pendingUpTo(
  { applied, pending }: Pick<MigrationStatus, "applied" | "pending">,
  to: string | undefined,
): readonly Migration[] {
  if (to === undefined) return pending;
  if (![...applied, ...pending].some(({ version }) => compareVersions(version, to) === 0)) {
    throw new OperationFailure(`no migration has the version ${to}`, {
      exitCode: 2,
      remedy: "./thorbis db status lists them.",
    });
  }
  return pending.filter(({ version }) => compareVersions(version, to) <= 0);
}

/** Takes back every applied migration that is newer than `to` (`0` takes back all), newest first. */
export async function rollback(
  target: MigrationTarget,
  options: MigrateOptions & { to: string },
): Promise<readonly Migration[]> {
  const migrations = await readMigrations(target.directory);
  return await locked(target, options, async (client) => {
    const undone = rollbackSteps(migrations, await readApplied(client), options.to);
    for (const migration of undone) await runMigration(client, migration, "down", options);
    return undone;
  });
}

/** What a rollback would run, in order; refuses an unclean history, an unknown version and an empty down part. */
export function rollbackSteps(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
  to: string,
): readonly Migration[] {
  const comparison = compareHistory(migrations, applied);
  requireCleanHistory(comparison);
  if (BigInt(to) !== 0n && !applied.some(({ version }) => BigInt(version) === BigInt(to))) {
    throw new OperationFailure(`version ${to} is not applied, so there is nothing to roll back to`, { exitCode: 2 });
  }
  const active = new Set(applied.map(({ version }) => BigInt(version)));
  const undone = migrations
    .filter(({ version }) => active.has(BigInt(version)) && compareVersions(version, to) > 0)
    .reverse();
  const hopeless = undone.find(({ down }) => down.length === 0);
  if (hopeless !== undefined) {
    throw new OperationFailure(`${hopeless.file} has an empty down part and cannot be rolled back`, {
      exitCode: 3,
      remedy: "Restore a backup into a new database (./thorbis restore), or write a migration that goes forward.",
    });
  }
  return undone;
}

/** Accepts one difference between history and files; see `acceptProblem`. */
export async function acceptDifference(target: MigrationTarget, version: string, reason: string): Promise<void> {
  const migrations = await readMigrations(target.directory);
  await locked(target, {}, (client) => acceptProblem(client, { migrations, version, reason, by: operator() }));
}

async function locked<T>(
  target: MigrationTarget,
  options: Pick<MigrateOptions, "waitMs" | "onWait">,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return await withConnection(target.url, "migrate", async (client) => {
    const lock = { waitMs: options.waitMs ?? 0, ...(options.onWait && { onWait: options.onWait }) };
    return await withMigrationLock(client, lock, () => work(client));
  });
}

function requireApproved(pending: readonly Migration[], approved: MigrateOptions["approved"]): void {
  if (approved === undefined) return;
  const same =
    approved.length === pending.length &&
    pending.every(({ version, checksum }, index) => {
      const entry = approved[index];
      return entry?.version === version && entry.checksum === checksum;
    });
  if (same) return;
  throw new OperationFailure("what is pending now is not what was approved", {
    exitCode: 3,
    remedy: "Look at it again: ./thorbis db migrate --plan, and approve the new plan.",
  });
}

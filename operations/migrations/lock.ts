import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { operator } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import { ensureTables } from "./history.ts";

/** Any 64-bit number, the same for every runner of every version: it names "the schema is being changed". */
const LOCK_KEY = "7166288146530119437";

export interface LockHolder {
  /** Process id on the holder's machine. */
  pid: number;
  /** @example "deploy@ci-runner-7" */
  operator: string;
  since: Date;
}

export interface LockOptions {
  /** How long to wait for another runner, in milliseconds; 0 fails at once. */
  waitMs: number;
  /** Told once who holds the lock, when waiting begins. */
  onWait?: (holder: LockHolder | undefined) => void;
}

/**
 * Runs `work` while this session holds the migration lock. The lock belongs to the session: when the process dies,
 * the server releases it, so no stale lock has to be broken by hand.
 */
export async function withMigrationLock<T>(
  client: pg.ClientBase,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await acquire(client, options);
  try {
    // Under the lock: two runners that create the same table together fail with an obscure error of the catalogue.
    await ensureTables(client);
    await client.query(
      `INSERT INTO schema_migrations_lock (pid, backend_pid, operator, since)
         VALUES ($1, pg_backend_pid(), $2, clock_timestamp())
         ON CONFLICT (only_row) DO UPDATE
         SET pid = excluded.pid, backend_pid = excluded.backend_pid, operator = excluded.operator, since = excluded.since`,
      [process.pid, operator()],
    );
    return await work();
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${LOCK_KEY})`).catch(() => undefined);
  }
}

async function acquire(client: pg.ClientBase, options: LockOptions): Promise<void> {
  const deadline = Date.now() + options.waitMs;
  let told = false;
  for (;;) {
    const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${LOCK_KEY}) AS held`);
    if (rows[0]?.held) return;
    const holder = await readHolder(client);
    if (Date.now() >= deadline) throw lockedBy(holder);
    if (!told) options.onWait?.(holder);
    told = true;
    await pause(Math.min(250, Math.max(1, deadline - Date.now())));
  }
}

/** Who holds the lock now: the row counts only while the session that wrote it still holds the lock. */
export async function readHolder(client: pg.ClientBase): Promise<LockHolder | undefined> {
  const exists = await client.query("SELECT FROM pg_class WHERE oid = to_regclass('schema_migrations_lock')");
  if (exists.rowCount === 0) return undefined;
  const { rows } = await client.query<LockHolder>(
    `SELECT h.pid, h.operator, h.since FROM schema_migrations_lock h JOIN pg_locks l ON l.pid = h.backend_pid
      WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32) + l.objid::bigint = ${LOCK_KEY}`,
  );
  return rows[0];
}

function lockedBy(holder: LockHolder | undefined): OperationFailure {
  const who =
    holder === undefined
      ? "another runner that has just started"
      : `${holder.operator}, process ${holder.pid}, since ${holder.since.toISOString()}`;
  return new OperationFailure(`migrations are being run by ${who}`, {
    remedy: "Wait for it: --wait 10m. When its process is gone, the server has already released the lock.",
  });
}

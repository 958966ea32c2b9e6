import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { operator } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { Migration } from "./file.ts";
import { inTransaction } from "./history.ts";
import { finishIndexStatement, prepareIndexStatement } from "./indexes.ts";
import type { Statement } from "./statements.ts";

export type Direction = "up" | "down";

export interface RunnerOptions {
  /** How often a migration is tried again after a lock timeout or a deadlock. @default 5 */
  lockRetries?: number;
  /** Pause before the first retry in milliseconds; it doubles each time. @default 1000 */
  retryPauseMs?: number;
  onProgress?: (event: RunnerEvent) => void;
}

export type RunnerEvent =
  | { kind: "started"; direction: Direction; migration: Migration }
  | { kind: "retry"; migration: Migration; attempt: number; reason: string }
  | { kind: "finished"; direction: Direction; migration: Migration; durationMs: number };

/** A run of statements that share one transaction, or one statement that has to stand outside. */
interface Segment {
  from: number;
  statements: readonly Statement[];
  outside: boolean;
}

/**
 * Runs one direction of one migration. Without statements that refuse a transaction it is atomic together with its
 * row in `schema_migrations`. With them, each segment records how far it came, so a failed run is continued and not
 * repeated, and a half-built index is removed first.
 */
export async function runMigration(
  client: pg.ClientBase,
  migration: Migration,
  direction: Direction,
  options: RunnerOptions = {},
): Promise<void> {
  options.onProgress?.({ kind: "started", direction, migration });
  const statements = migration[direction];
  const segments = segmentsOf(statements);
  const started = performance.now();
  const finish = async (): Promise<void> => {
    await client.query("DELETE FROM schema_migrations_progress WHERE version = $1", [migration.version]);
    await recordResult(client, migration, direction, performance.now() - started);
  };
  const progress = await readProgress(client, migration, direction);
  if (segments.length <= 1 && segments[0]?.outside !== true) {
    await retryOnLock(migration, options, () =>
      inTransaction(client, async () => {
        await runStatements(client, migration, statements);
        await finish();
      }),
    );
  } else {
    for (const segment of segments.filter(({ from }) => from >= progress.done)) {
      const done = segment.from + segment.statements.length;
      await retryOnLock(migration, options, () =>
        segment.outside
          ? runOutside(client, migration, direction, segment, progress.started > segment.from)
          : inTransaction(client, async () => {
              await runStatements(client, migration, segment.statements);
              await writeProgress(client, migration, direction, { done, started: done });
            }),
      );
    }
    await inTransaction(client, finish);
  }
  options.onProgress?.({ kind: "finished", direction, migration, durationMs: performance.now() - started });
}

function segmentsOf(statements: readonly Statement[]): Segment[] {
  const segments: { from: number; statements: Statement[]; outside: boolean }[] = [];
  for (const [index, statement] of statements.entries()) {
    const outside = statement.outsideTransaction !== undefined;
    const last = segments.at(-1);
    if (last === undefined || outside || last.outside) segments.push({ from: index, statements: [statement], outside });
    else last.statements.push(statement);
  }
  return segments;
}

async function runStatements(
  client: pg.ClientBase,
  migration: Migration,
  statements: readonly Statement[],
): Promise<void> {
  const { lockTimeout, statementTimeout } = migration.timeouts;
  await client.query("SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)", [
    lockTimeout,
    statementTimeout,
  ]);
  for (const statement of statements) await runStatement(client, migration, statement);
}

async function runOutside(
  client: pg.ClientBase,
  migration: Migration,
  direction: Direction,
  segment: Segment,
  wasStarted: boolean,
): Promise<void> {
  const [statement] = segment.statements;
  if (statement === undefined) return;
  const { lockTimeout, statementTimeout } = migration.timeouts;
  // Session settings, because SET LOCAL has no effect without a transaction; reset whatever happens.
  await client.query("SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)", [
    lockTimeout,
    statementTimeout,
  ]);
  try {
    const done = segment.from + 1;
    const state = await prepareIndexStatement(client, statement, wasStarted);
    await writeProgress(client, migration, direction, { done: segment.from, started: done });
    if (state === "to run") {
      await runStatement(client, migration, statement);
      await finishIndexStatement(client, statement);
    }
    await writeProgress(client, migration, direction, { done, started: done });
  } finally {
    await client.query("RESET lock_timeout; RESET statement_timeout").catch(() => undefined);
  }
}

/** A failure that names file, line and statement, and keeps the server's code for the retry. */
export class StatementFailure extends OperationFailure {
  readonly code: string | undefined;

  constructor(migration: Migration, statement: Statement, cause: unknown) {
    const error = cause instanceof pg.DatabaseError ? cause : undefined;
    const hint = error?.hint === undefined ? "" : ` (${error.hint})`;
    super(`${migration.file}:${statement.line}: ${messageOf(cause)}${hint}`, {
      remedy:
        statement.outsideTransaction === undefined
          ? "Nothing of this migration was kept. Correct it and run it again."
          : `${statement.outsideTransaction} runs outside a transaction: the statements before it are kept, and the next run continues here.`,
      cause,
    });
    this.code = error?.code;
  }
}

async function runStatement(client: pg.ClientBase, migration: Migration, statement: Statement): Promise<void> {
  try {
    await client.query(statement.sql);
  } catch (error) {
    throw new StatementFailure(migration, statement, error);
  }
}

const LOCK_NOT_AVAILABLE = "55P03";
const DEADLOCK = "40P01";

async function retryOnLock(migration: Migration, options: RunnerOptions, work: () => Promise<void>): Promise<void> {
  const retries = options.lockRetries ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const code = error instanceof StatementFailure ? error.code : undefined;
      if ((code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK) || attempt > retries) throw error;
      options.onProgress?.({ kind: "retry", migration, attempt, reason: messageOf(error) });
      await pause((options.retryPauseMs ?? 1_000) * 2 ** (attempt - 1));
    }
  }
}

async function recordResult(
  client: pg.ClientBase,
  migration: Migration,
  direction: Direction,
  durationMs: number,
): Promise<void> {
  if (direction === "up") {
    await client.query(
      `INSERT INTO schema_migrations (version, description, checksum, duration, applied_by)
         VALUES ($1, $2, $3, make_interval(secs => $4), $5)`,
      [migration.version, migration.description, migration.checksum, durationMs / 1_000, operator()],
    );
    return;
  }
  const { rowCount } = await client.query(
    "UPDATE schema_migrations SET rolled_back_at = clock_timestamp() WHERE version = $1 AND rolled_back_at IS NULL",
    [migration.version],
  );
  if (rowCount !== 1) throw new OperationFailure(`${migration.version} is not recorded as applied`);
}

interface Progress {
  done: number;
  started: number;
}

async function readProgress(client: pg.ClientBase, migration: Migration, direction: Direction): Promise<Progress> {
  const { rows } = await client.query<Progress & { checksum: string }>(
    "SELECT done, started, checksum FROM schema_migrations_progress WHERE version = $1 AND direction = $2",
    [migration.version, direction],
  );
  const row = rows[0];
  if (row === undefined) return { done: 0, started: 0 };
  if (row.checksum !== migration.checksum && row.done > 0) {
    throw new OperationFailure(
      `${migration.file} was changed after its first ${row.done} statement(s) had been applied by a run that failed`,
      {
        exitCode: 3,
        remedy: `Restore its content and run it again, or undo those statements by hand and delete its row from schema_migrations_progress.`,
      },
    );
  }
  return row;
}

async function writeProgress(
  client: pg.ClientBase,
  migration: Migration,
  direction: Direction,
  progress: Progress,
): Promise<void> {
  await client.query(
    `INSERT INTO schema_migrations_progress (version, direction, checksum, done, started) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (version, direction) DO UPDATE SET checksum = excluded.checksum, done = excluded.done, started = excluded.started`,
    [migration.version, direction, migration.checksum, progress.done, progress.started],
  );
}

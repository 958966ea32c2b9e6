import { type Check, CheckFailed } from "../verification/check.ts";
import { databaseCheck } from "./database-check.ts";
import type { JobDatabase } from "./databases.ts";
import { blocksOf, connectionsOf, HARMLESS, requireStatements } from "./statistics.ts";

/** The maintenance guide's thresholds. */
const LOWEST_CACHE_HIT_PERCENT = 90;
const HIGHEST_CONNECTION_USE_PERCENT = 80;
const SLOW_MEAN_MILLISECONDS = 1_000;
const LONG_RUNNING_MINUTES = 5;
/** Autovacuum begins at a fifth of a table; twice that means that it does not keep up. */
const HIGHEST_DEAD_PERCENT = 40;
/** Below this a share says nothing. */
const FEWEST_BLOCKS = 1_000;
const FEWEST_DEAD_ROWS = 10_000;

const checkOf = databaseCheck("performance analysis");

export const cacheHits = (database: JobDatabase): Check =>
  checkOf(
    database,
    "cache hits",
    "Give the server more memory, or find the query that reads whole tables: docs/runbooks/low-cache-hits.md.",
    async (client) => {
      const { hits, reads } = await blocksOf(client);
      if (hits + reads < FEWEST_BLOCKS) return `only ${hits + reads} blocks were read: too few to judge`;
      const percent = (100 * hits) / (hits + reads);
      const found = `${percent.toFixed(1)} % of the blocks came from memory`;
      if (percent < LOWEST_CACHE_HIT_PERCENT)
        throw new CheckFailed(`${found}, fewer than ${LOWEST_CACHE_HIT_PERCENT} %`);
      return found;
    },
  );

export const connectionUse = (database: JobDatabase): Check =>
  checkOf(
    database,
    "connections",
    "Find who holds them, first the idle ones: docs/runbooks/high-connection-use.md.",
    async (client) => {
      const { used, allowed, idle } = await connectionsOf(client);
      const found = `${used} of ${allowed} in use, ${idle} idle in a transaction`;
      if ((100 * used) / allowed > HIGHEST_CONNECTION_USE_PERCENT)
        throw new CheckFailed(`${found}: more than ${HIGHEST_CONNECTION_USE_PERCENT} %`);
      return found;
    },
  );

export const slowQueries = (database: JobDatabase): Check =>
  checkOf(
    database,
    "slow queries",
    "EXPLAIN (ANALYZE, BUFFERS) the statement and add the index that it lacks: docs/runbooks/slow-queries.md.",
    async (client) => {
      await requireStatements(client);
      const { rows } = await client.query<{ id: string; calls: number; mean: number; text: string }>(
        `SELECT queryid::text AS id, calls::float8 AS calls, mean_exec_time AS mean,
                left(regexp_replace(query, '\\s+', ' ', 'g'), 80) AS text
           FROM pg_stat_statements
          WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mean_exec_time > $1
            AND query ~* $2
          ORDER BY mean_exec_time DESC LIMIT 10`,
        [SLOW_MEAN_MILLISECONDS, HARMLESS],
      );
      if (rows.length === 0) return `no statement takes more than ${SLOW_MEAN_MILLISECONDS} ms on average`;
      throw new CheckFailed(
        rows.map(({ id, calls, mean, text }) => `${id}: ${Math.round(mean)} ms × ${calls}: ${text}`).join("; "),
      );
    },
  );

export const longRunning = (database: JobDatabase): Check =>
  checkOf(
    database,
    "long-running statements",
    "SELECT pg_cancel_backend(pid) ends the statement, pg_terminate_backend(pid) the session; both lose its work.",
    async (client) => {
      const { rows } = await client.query<{ line: string }>(
        `SELECT format('%s as %s: %s min%s', pid, usename, round(extract(epoch FROM now() - query_start) / 60),
                       CASE WHEN cardinality(pg_blocking_pids(pid)) > 0
                            THEN ', waits for ' || array_to_string(pg_blocking_pids(pid), ', ') ELSE '' END) AS line
           FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
            AND query_start < now() - make_interval(mins => $1) ORDER BY query_start`,
        [LONG_RUNNING_MINUTES],
      );
      if (rows.length > 0) throw new CheckFailed(rows.map(({ line }) => line).join("; "));
      return `nothing has run for more than ${LONG_RUNNING_MINUTES} minutes`;
    },
  );

export const deadRows = (database: JobDatabase): Check =>
  checkOf(
    database,
    "dead rows",
    "Look for a transaction that stays open; ./thorbis job run monthly-database-maintenance --any-time vacuums now.",
    async (client) => {
      const { rows } = await client.query<{ line: string }>(
        `SELECT format('%I.%I: %s dead of %s', schemaname, relname, n_dead_tup, n_dead_tup + n_live_tup) AS line
           FROM pg_stat_user_tables
          WHERE n_dead_tup >= $1 AND 100 * n_dead_tup > $2 * (n_dead_tup + n_live_tup) ORDER BY n_dead_tup DESC LIMIT 10`,
        [FEWEST_DEAD_ROWS, HIGHEST_DEAD_PERCENT],
      );
      if (rows.length > 0) throw new CheckFailed(rows.map(({ line }) => line).join("; "));
      return `no table has more than ${HIGHEST_DEAD_PERCENT} % dead rows`;
    },
  );

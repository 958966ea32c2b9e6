import type pg from "pg";
import { messageOf } from "../failure.ts";
import { type Check, CheckFailed } from "../verification/check.ts";
import { databaseCheck } from "./database-check.ts";
import type { JobDatabase } from "./databases.ts";
import type { JobContext } from "./job.ts";

/** A table that somebody uses is left for the next month rather than made to wait. */
const LOCK_TIMEOUT = "5s";

interface Task {
  name: string;
  sql: string;
}

/** Does the tasks one by one until the window closes; what was not done is said, and makes the check red. */
async function each(client: pg.Client, { deadline, now }: JobContext, tasks: readonly Task[]): Promise<string> {
  await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  const failures: string[] = [];
  for (const { name, sql } of tasks) {
    const left = deadline.getTime() - now().getTime();
    try {
      if (left < 1_000) throw new Error("the window has closed");
      await client.query(`SET statement_timeout = ${Math.min(left, 2 ** 31 - 1)}`);
      await client.query(sql);
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0)
    throw new CheckFailed(`${failures.length} of ${tasks.length} not done: ${failures.join("; ")}`);
  return tasks.length === 0 ? "nothing to do" : tasks.map(({ name }) => name).join(", ");
}

const checkOf = databaseCheck("maintenance");

async function tasks(client: pg.Client, sql: string, values: unknown[] = []): Promise<Task[]> {
  return (await client.query<Task>(sql, values)).rows;
}

/** The tables that this role may vacuum, those with the most dead rows first. */
export const vacuum = (context: JobContext, database: JobDatabase): Check =>
  checkOf(
    database,
    "vacuum",
    "Look who holds the table (pg_stat_activity, pg_locks), then repeat the job in a quiet hour.",
    async (client) => {
      const found = await tasks(
        client,
        `SELECT format('%I.%I', s.schemaname, s.relname) AS name,
                format('VACUUM (ANALYZE) %I.%I', s.schemaname, s.relname) AS sql
           FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
          WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND pg_has_role(c.relowner, 'USAGE')
          ORDER BY s.n_dead_tup DESC, s.relid`,
      );
      const done = await each(client, context, found);
      return found.length > 5 ? `${found.length} tables` : done;
    },
  );

/** What an index is expected to take: a row's keys, its header and line pointer, in pages that are 90 % full. */
const indexes = `
  SELECT i.indexrelid AS oid, n.nspname AS schema, c.relname AS name, i.indisvalid AS valid,
         pg_relation_size(c.oid) AS bytes, c.relpages AS pages,
         ceil(greatest(c.reltuples, 0) * (12 + 8 * ceil(sum(coalesce(s.avg_width, 8)) / 8)) / (8192 * 0.9)) + 1 AS expected
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
    JOIN pg_class t ON t.oid = i.indrelid AND t.relpersistence = 'p'
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) AS k (attribute)
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attribute AND k.attribute > 0
    LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname AND NOT s.inherited
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
     AND pg_has_role(c.relowner, 'USAGE')
   GROUP BY i.indexrelid, n.nspname, c.oid, c.relname, i.indisvalid, c.relpages, c.reltuples`;

/** An index that a stopped build left behind slows every write and helps no read. */
export const invalidIndexes = (context: JobContext, database: JobDatabase): Check =>
  checkOf(
    database,
    "invalid indexes",
    "A unique index that stays invalid has duplicates: find them before it is built again.",
    async (client) =>
      await each(
        client,
        context,
        await tasks(
          client,
          // `_ccnew` and `_ccold` are the remains of a REINDEX that was stopped: the index itself stands beside them.
          `SELECT format('%I.%I', schema, name) AS name,
                  format(CASE WHEN name ~ '_cc(new|old)[0-9]*$' THEN 'DROP INDEX CONCURRENTLY %I.%I'
                              ELSE 'REINDEX INDEX CONCURRENTLY %I.%I' END, schema, name) AS sql
             FROM (${indexes}) found WHERE NOT valid ORDER BY 1`,
        ),
      ),
  );

/** Rebuilds what takes more than twice the space that its rows need; run after the vacuum, which counts the rows. */
export const bloatedIndexes = (context: JobContext, database: JobDatabase, smallestBytes = 10 * 1024 ** 2): Check =>
  checkOf(
    database,
    "bloated indexes",
    "REINDEX INDEX CONCURRENTLY by hand in a quiet hour; it needs room for a second copy.",
    async (client) =>
      await each(
        client,
        context,
        await tasks(
          client,
          `SELECT format('%I.%I', schema, name) AS name, format('REINDEX INDEX CONCURRENTLY %I.%I', schema, name) AS sql
             FROM (${indexes}) found WHERE valid AND bytes >= $1 AND pages > 2 * expected ORDER BY bytes DESC`,
          [smallestBytes],
        ),
      ),
  );

/** A report, never a removal: a reader or the end of the year may need what was not used here. */
export const unusedIndexes = (database: JobDatabase): Check =>
  checkOf(database, "unused indexes", "Read the statistics by hand: pg_stat_user_indexes.", async (client) => {
    const { rows } = await client.query<{ line: string }>(
      `SELECT format('%I.%I (%s)', s.schemaname, s.indexrelname, pg_size_pretty(pg_relation_size(s.indexrelid))) AS line
         FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
        WHERE s.idx_scan = 0 AND NOT i.indisunique AND i.indisvalid
        ORDER BY pg_relation_size(s.indexrelid) DESC LIMIT 20`,
    );
    return rows.length === 0
      ? "none"
      : `never used since the statistics began: ${rows.map(({ line }) => line).join(", ")}`;
  });

export const largestTables = (database: JobDatabase): Check =>
  checkOf(database, "largest tables", "Read the sizes by hand: pg_total_relation_size.", async (client) => {
    const { rows } = await client.query<{ line: string }>(
      `SELECT format('%I.%I %s, %s %% dead', schemaname, relname, pg_size_pretty(pg_total_relation_size(relid)),
                     round(100.0 * n_dead_tup / greatest(n_dead_tup + n_live_tup, 1))) AS line
         FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 5`,
    );
    return rows.map(({ line }) => line).join(", ") || "none";
  });

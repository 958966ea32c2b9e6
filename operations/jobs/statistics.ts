import type pg from "pg";

/** Only these statements are kept without their values: a CREATE ROLE stands among the statistics with its password. */
export const HARMLESS = "^\\s*(select|insert|update|delete|merge|with)\\M";

async function one<Row extends pg.QueryResultRow>(client: pg.Client, sql: string) {
  const { rows } = await client.query<Row>(sql);
  const [row] = rows;
  if (row === undefined) throw new Error("the server's statistics are empty");
  return row;
}

/** Blocks of the current database that came from memory and from the disk, since its statistics began. */
export const blocksOf = (client: pg.Client) =>
  one<{ hits: number; reads: number }>(
    client,
    "SELECT blks_hit::float8 AS hits, blks_read::float8 AS reads FROM pg_stat_database WHERE datname = current_database()",
  );

/** Open connections, and how many are allowed: a database may have a limit of its own below the server's. */
export const connectionsOf = (client: pg.Client) =>
  one<{ used: number; allowed: number; idle: number }>(
    client,
    `SELECT count(*)::int AS used, count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS idle,
            (SELECT least(nullif(datconnlimit, -1), current_setting('max_connections')::int)
               FROM pg_database WHERE datname = current_database()) AS allowed
       FROM pg_stat_activity WHERE datname = current_database()`,
  );

/** @throws Error when nothing, or not everything, is known about statements */
export async function requireStatements(client: pg.Client): Promise<void> {
  const { present } = await one<{ present: boolean }>(
    client,
    "SELECT to_regclass('pg_stat_statements') IS NOT NULL AS present",
  );
  if (!present) throw new Error("the extension pg_stat_statements is not installed, so nothing is known");
  const { sees } = await one<{ sees: boolean }>(client, "SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS sees");
  if (!sees) throw new Error("this role sees only its own statements: it is no member of pg_read_all_stats");
}

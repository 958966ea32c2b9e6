import type { TableName } from "../backups/manifest.ts";
import { quoteIdentifier, withConnection } from "../database/connection.ts";

/** Without statistics the first queries of the application would be planned blindly. */
export async function analyzeTables(url: string, tables: readonly TableName[]): Promise<void> {
  if (tables.length === 0) return;
  const names = tables.map(({ schema, name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  await withConnection(url, "restore", async (client) => {
    await client.query("SET statement_timeout = 0");
    await client.query(`ANALYZE ${names.join(", ")}`);
  });
}

/** Analyzes what has no statistics yet: materialized views, Postgres' own catalogues, tables of a partial restore. */
export async function analyzeTheRest(url: string, streams: number): Promise<void> {
  const tables = await withConnection(url, "restore", async (client) => {
    const { rows } = await client.query<TableName>(
      `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_(toast|temp)' AND pg_stat_get_last_analyze_time(c.oid) IS NULL
        ORDER BY pg_table_size(c.oid) DESC`,
    );
    return rows;
  });
  const shares = Array.from({ length: streams }, (_, share) => tables.filter((_table, at) => at % streams === share));
  await Promise.all(shares.map((share) => analyzeTables(url, share)));
}

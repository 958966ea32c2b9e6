import { withConnection } from "../database/connection.ts";

const TABLES_AT_A_TIME = 500;

/**
 * Keeps the server's autovacuum from the tables of a database that is being loaded, and returns what lets it in again.
 * It would begin as soon as rows are there, and an index or an analysis of the same table would wait a second for it
 * to give way. Tables with a setting of their own keep it.
 */
export async function keepAutovacuumAway(url: string): Promise<() => Promise<void>> {
  const tables = await withConnection(url, "restore", async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
          AND n.nspname !~ '^pg_(toast|temp)' AND pg_has_role(c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM unnest(c.reloptions) o WHERE o LIKE 'autovacuum_enabled=%')`,
    );
    return rows.map(({ name }) => name);
  });
  const alter = (action: string): Promise<void> =>
    withConnection(url, "restore", async (client) => {
      // Not all in one transaction: each holds a lock of its own until the end, and their number is limited.
      for (let start = 0; start < tables.length; start += TABLES_AT_A_TIME) {
        const names = tables.slice(start, start + TABLES_AT_A_TIME);
        await client.query(names.map((name) => `ALTER TABLE ONLY ${name} ${action}`).join("; "));
      }
    });
  await alter("SET (autovacuum_enabled = false)");
  return () => alter("RESET (autovacuum_enabled)");
}

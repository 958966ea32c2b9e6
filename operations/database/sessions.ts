import type pg from "pg";
import { OperationFailure } from "../failure.ts";
import { quoteIdentifier } from "./connection.ts";

/**
 * Ends the sessions in these databases and waits until they are gone. What only a superuser may end is left to others:
 * DROP and RENAME ask autovacuum to go by themselves, wait some seconds for sessions on their way out, and say who stays.
 *
 * @throws OperationFailure when sessions come again faster than they end
 */
export async function endSessions(client: pg.Client, databases: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_roles owner ON owner.oid = usesysid
         JOIN pg_roles me ON me.rolname = current_user
        WHERE datname = ANY ($1) AND pid <> pg_backend_pid() AND (me.rolsuper OR NOT owner.rolsuper)`,
      [databases],
    );
    if (rowCount === 0) return;
    await client.query("SELECT pg_sleep(0.1)");
  }
  throw new OperationFailure(`sessions in ${databases.join(" and ")} do not end`, {
    remedy: "Stop the application and run the command again.",
  });
}

/**
 * Drops a database with the sessions in it; nothing when there is none. Not with `WITH (FORCE)`: that is refused to a
 * managed server's master user whenever autovacuum is at work in the database.
 */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) return;
  await client.query(`ALTER DATABASE ${quoteIdentifier(name)} WITH ALLOW_CONNECTIONS false`);
  await endSessions(client, [name]);
  await client.query(`DROP DATABASE ${quoteIdentifier(name)}`);
}

import type pg from "pg";
import { quoteIdentifier } from "../database/connection.ts";
import { endSessions } from "../database/sessions.ts";

/**
 * Puts the restored database into the place of the live one. Both renames are one transaction: there is never a moment
 * without a database of that name that a crash could make permanent. The old one stays under its new name.
 *
 * @param client a connection to another database of the same server
 * @returns the name of the old database; undefined when there was none
 */
export async function swapDatabases(
  client: pg.Client,
  restored: string,
  live: string,
  suffix: string,
): Promise<string | undefined> {
  const previous = `${live.slice(0, 40)}_before_${suffix}`;
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [live]);
  if (rowCount === 0) {
    await client.query(`ALTER DATABASE ${quoteIdentifier(restored)} RENAME TO ${quoteIdentifier(live)}`);
    return undefined;
  }
  await client.query(`ALTER DATABASE ${quoteIdentifier(live)} WITH ALLOW_CONNECTIONS false`);
  try {
    await endSessions(client, [live, restored]);
    await client.query("BEGIN");
    await client.query(`ALTER DATABASE ${quoteIdentifier(live)} RENAME TO ${quoteIdentifier(previous)}`);
    await client.query(`ALTER DATABASE ${quoteIdentifier(restored)} RENAME TO ${quoteIdentifier(live)}`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    await client.query(`ALTER DATABASE ${quoteIdentifier(live)} WITH ALLOW_CONNECTIONS true`);
    throw error;
  }
  await client.query(`ALTER DATABASE ${quoteIdentifier(previous)} WITH ALLOW_CONNECTIONS true`);
  return previous;
}

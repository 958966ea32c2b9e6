import type { BackedResource } from "../backing.ts";
import { master, type Server, type Session } from "./server.ts";
import { optionalText } from "./server-type.ts";

/** The database in which the resource lives: its own property, or the one with which the provider is configured. */
export function databaseOf({ inputs, outputs, configuration }: BackedResource): string {
  return optionalText(inputs, "database") ?? optionalText(outputs, "database") ?? master(configuration).database;
}

/** One cannot connect to a database that is gone, to see what is gone with it. */
export async function databaseExists(server: Server, resource: BackedResource): Promise<boolean> {
  const name = databaseOf(resource);
  return server.plain(resource.configuration, undefined, async (session) => {
    return (await session.rows("select 1 from pg_database where datname = $1", [name])).length > 0;
  });
}

export async function databaseOwner(session: Session): Promise<string> {
  const [row] = await session.rows<{ owner: string }>(
    "select pg_get_userbyid(datdba)::text as owner from pg_database where datname = current_database()",
  );
  return row?.owner ?? session.user;
}

export async function schemaExists(session: Session, name: string): Promise<boolean> {
  return (await session.rows("select 1 from pg_namespace where nspname = $1", [name])).length > 0;
}

/** Who owns the schema, and with `tables` also who owns tables in it: their privileges are given away. */
export async function schemaOwners(session: Session, schema: string, tables: boolean): Promise<string[]> {
  const rows = await session.rows<{ owner: string }>(
    `select pg_get_userbyid(nspowner)::text as owner from pg_namespace where nspname = $1
     ${tables ? "union select tableowner::text from pg_tables where schemaname = $1" : ""}`,
    [schema],
  );
  const owners = rows.map(({ owner }) => owner);
  // From version 15 on this stands for whoever owns the database, and cannot be granted.
  return Promise.all(owners.map((owner) => (owner === "pg_database_owner" ? databaseOwner(session) : owner)));
}

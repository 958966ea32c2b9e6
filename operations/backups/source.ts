import type pg from "pg";
import { type ServerVersion, serverVersion } from "../database/binaries.ts";
import { readSchema } from "../database/catalog.ts";
import { connect, quoteIdentifier } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import { readAccess } from "./access.ts";
import type { Manifest, TableName } from "./manifest.ts";

const LOCK_KEY = "5843712960334718001";

export interface SourceTable extends TableName {
  bytes: number;
  /** What a dump of it has to write, about: the order of the work goes by it. */
  dumpBytes: number;
}

/** What one snapshot of the database holds, and the snapshot's name for the dumps that share it. */
export interface Source {
  snapshot: string;
  /** Time of the snapshot by the server's clock. */
  takenAt: Date;
  server: ServerVersion;
  database: Manifest["database"];
  tables: readonly SourceTable[];
  sequences: readonly TableName[];
  hasLargeObjects: boolean;
  schemaFingerprint: string;
  access: readonly string[];
  rowCounts: Readonly<Record<string, number>>;
  /** Whether password verifiers can be read (they can by a superuser only). */
  readsPasswords: boolean;
}

export interface OpenSource extends Source {
  /** Rejects when the connection that holds snapshot and lock is lost: every dump would then be of another moment. */
  lost: Promise<never>;
  /** Lets go of the snapshot when the dumps have ended; the lock is kept. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the one transaction that every dump of a set shares. The session also holds the lock that keeps a second
 * backup of this database away; it ends with the process, so a killed run blocks nobody.
 */
export async function openSource(url: string, countedTables: readonly string[]): Promise<OpenSource> {
  const client = await connect(url, "backup");
  const lost = new Promise<never>((_, reject) => {
    client.once("error", (error) =>
      reject(new OperationFailure(`the connection that holds the snapshot was lost: ${error.message}`)),
    );
  });
  lost.catch(() => undefined);
  client.on("error", () => undefined);
  const close = (): Promise<void> => client.end().catch(() => undefined);
  try {
    await takeLock(client);
    await client.query(
      "SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'; SET statement_timeout = 0",
    );
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const source = await describe(client, countedTables);
    return { ...source, lost, close, release: async () => void (await client.query("COMMIT")) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${LOCK_KEY}) AS held`);
  if (rows[0]?.held) return;
  const holders = await client.query<{ name: string; since: Date }>(
    `SELECT a.application_name AS name, a.backend_start AS since FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32) + l.objid::bigint = ${LOCK_KEY}
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const [holder] = holders.rows;
  const who = holder === undefined ? "somebody" : `${holder.name}, since ${holder.since.toISOString()}`;
  throw new OperationFailure(`another backup of this database is running: ${who}`, {
    remedy: "Wait until it has ended. When its process is gone, the server has already released the lock.",
  });
}

async function describe(client: pg.Client, countedTables: readonly string[]): Promise<Source> {
  const { rows } = await client.query<{ snapshot: string; takenAt: Date; readsPasswords: boolean }>(
    `SELECT pg_export_snapshot() AS snapshot, clock_timestamp() AS "takenAt",
            has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS "readsPasswords"`,
  );
  const [head] = rows;
  if (head === undefined) throw new OperationFailure("the server gave no snapshot");
  const tables = await readTables(client);
  await holdTables(client, tables);
  const large = await client.query("SELECT FROM pg_largeobject_metadata LIMIT 1");
  return {
    ...head,
    tables,
    server: await serverVersion(client),
    database: await readDatabase(client),
    sequences: await readSequences(client),
    hasLargeObjects: large.rowCount === 1,
    schemaFingerprint: (await readSchema(client)).fingerprint,
    access: await readAccess(client),
    rowCounts: await countRows(client, countedTables),
  };
}

const VISIBLE = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;

/** Tables with rows of their own. An extension's tables count only where it declares them as user data. */
async function readTables(client: pg.Client): Promise<SourceTable[]> {
  const { rows } = await client.query<{ schema: string; name: string; bytes: string; holdsBytes: boolean }>(
    `SELECT n.nspname AS schema, c.relname AS name, pg_table_size(c.oid) AS bytes,
            EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.atttypid = 'bytea'::regtype) AS "holdsBytes"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${VISIBLE}
        AND (EXISTS (SELECT FROM pg_extension e WHERE c.oid = ANY (e.extconfig))
             OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
      ORDER BY 1, 2`,
  );
  // A dump writes bytes as hexadecimal digits.
  return rows.map(({ schema, name, bytes, holdsBytes }) => {
    return { schema, name, bytes: Number(bytes), dumpBytes: Number(bytes) * (holdsBytes ? 2 : 1) };
  });
}

async function readSequences(client: pg.Client): Promise<TableName[]> {
  const { rows } = await client.query<TableName>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${VISIBLE}
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1, 2`,
  );
  return rows;
}

/** A table dropped between the snapshot and its dump would be missing without a word: the lock keeps it. */
async function holdTables(client: pg.Client, tables: readonly SourceTable[]): Promise<void> {
  for (let start = 0; start < tables.length; start += 500) {
    const names = tables
      .slice(start, start + 500)
      .map(({ schema, name }) => `ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
    await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
  }
}

async function countRows(client: pg.Client, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [schema = "", name = ""] = table.split(".");
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    );
    counts[table] = Number(rows[0]?.count);
  }
  return counts;
}

async function readDatabase(client: pg.Client): Promise<Manifest["database"]> {
  const { rows } = await client.query<Omit<Manifest["database"], "properties">>(
    `SELECT datname AS name, pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding,
            datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname = current_database()`,
  );
  const properties = await client.query<{ statement: string }>(
    `SELECT format('ALTER %sDATABASE :database SET %I = %L', CASE WHEN s.setrole = 0 THEN '' ELSE format('ROLE %I IN ', pg_get_userbyid(s.setrole)) END,
                   split_part(c, '=', 1), substr(c, strpos(c, '=') + 1)) AS statement
       FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
      WHERE d.datname = current_database()
     UNION ALL
     SELECT 'REVOKE ALL ON DATABASE :database FROM PUBLIC' FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL
     UNION ALL
     SELECT format('GRANT %s ON DATABASE :database TO %s', a.privilege_type, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
       FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = current_database()`,
  );
  const [row] = rows;
  if (row === undefined) throw new OperationFailure("the database does not describe itself");
  return { ...row, properties: properties.rows.map(({ statement }) => statement) };
}

import { hostname, userInfo } from "node:os";
import pg from "pg";
import { messageOf, OperationFailure } from "../failure.ts";

/** Who runs this process, as audit rows and lock holders name it: `user@host`. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}

/**
 * A connection that names its purpose in `pg_stat_activity`. The password never enters a message: only host, port
 * and database are named when the connection fails.
 */
export async function connect(url: string, purpose: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `thorbis ${purpose} ${operator()}`.slice(0, 63),
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  });
  try {
    await client.connect();
  } catch (error) {
    throw new OperationFailure(`cannot connect to ${describeUrl(url)}: ${messageOf(error)}`, {
      remedy: "Check that the server is running, that this machine may reach it and that the credentials are current.",
      cause: error,
    });
  }
  return client;
}

/** Runs `work` on a connection that is closed whatever happens. */
export async function withConnection<T>(
  url: string,
  purpose: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url, purpose);
  // A server that goes away between two queries is reported by the next query; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `host:port/database`, without user and password. */
export function describeUrl(url: string): string {
  const parsed = parseUrl(url);
  return `${parsed.hostname}:${parsed.port || "5432"}/${databaseOf(url)}`;
}

export function databaseOf(url: string): string {
  return decodeURIComponent(parseUrl(url).pathname.slice(1)) || "postgres";
}

/** Whether the server's work is done by the processors of this machine. */
export function isThisMachine(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(parseUrl(url).hostname);
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = parseUrl(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.toString();
}

/** The same database, user and password on another server. */
export function withServer(url: string, host: string, port: number): string {
  const parsed = parseUrl(url);
  parsed.hostname = host;
  parsed.port = String(port);
  return parsed.toString();
}

export function withUser(url: string, user: string, password: string): string {
  const parsed = parseUrl(url);
  parsed.username = encodeURIComponent(user);
  parsed.password = encodeURIComponent(password);
  return parsed.toString();
}

/**
 * The connection as libpq reads it from the environment, so that no password stands in a process list.
 * Query parameters that libpq knows by another name are translated; others are refused by libpq itself.
 */
export function libpqEnvironment(url: string): Record<string, string> {
  const parsed = parseUrl(url);
  const environment: Record<string, string> = {
    PGHOST: parsed.hostname.replace(/^\[|\]$/g, ""),
    PGPORT: parsed.port || "5432",
    PGDATABASE: databaseOf(url),
    PGCONNECT_TIMEOUT: "15",
  };
  if (parsed.username) environment.PGUSER = decodeURIComponent(parsed.username);
  if (parsed.password) environment.PGPASSWORD = decodeURIComponent(parsed.password);
  const names: Record<string, string> = {
    sslmode: "PGSSLMODE",
    sslrootcert: "PGSSLROOTCERT",
    host: "PGHOST",
    options: "PGOPTIONS",
  };
  for (const [key, value] of parsed.searchParams) {
    const name = names[key];
    if (name !== undefined) environment[name] = value;
  }
  return environment;
}

export const quoteIdentifier = pg.escapeIdentifier;
export const quoteLiteral = pg.escapeLiteral;

function parseUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (/^postgres(ql)?:$/.test(parsed.protocol)) return parsed;
  } catch {
    // Falls through to the same message: the text itself may hold a password and is not repeated.
  }
  throw new OperationFailure("the database's address is not a postgres:// URL", { exitCode: 2 });
}

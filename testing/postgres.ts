/**
 * A real Postgres for one test file. It starts in about a second, listens on loopback only, and leaves nothing behind:
 *
 *     const postgres = usePostgres();
 *     it("…", async () => { await postgres().query("app", "select 1"); });
 *
 * Where no Postgres server is installed the tests are skipped with the reason in their name: see `postgresInstalled`.
 */
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client, QueryResultRow } from "pg";
import { unprivilegedAccount } from "../sandbox/services/account.ts";
import { openAuthority } from "../sandbox/services/authority.ts";
import { launch } from "../sandbox/services/launch.ts";
import { findFreePort, LOOPBACK } from "../sandbox/services/ports.ts";
import { type ClusterOptions, clusterCommand, prepareCluster } from "../sandbox/services/postgres/cluster.ts";
import { type ClusterConnection, clusterAnswers, withClient } from "../sandbox/services/postgres/connection.ts";
import { findInstallations } from "../sandbox/services/postgres/installation.ts";
import { endProcess } from "../sandbox/services/processes.ts";
import { waitUntilReady } from "../sandbox/services/ready.ts";

export interface TestPostgres {
  host: string;
  port: number;
  /** The superuser. */
  user: string;
  password: string;
  /** PEM of the authority that signed the server's certificate; absent when started without TLS. */
  authority: string | undefined;
  /** The same as a file, for libpq. */
  authorityPath: string | undefined;
  major: number;
  /** The directory of this version's `psql`, `pg_dump`, `pg_restore`. */
  bin: string;
  /** The environment with which libpq's programs reach the server as its superuser. */
  environment: Record<string, string>;
  /** `postgresql://…` for a database, as the superuser or as `user`. */
  url(database: string, user?: string, password?: string): string;
  connect<T>(
    database: string,
    work: (client: Client) => Promise<T>,
    as?: { user: string; password: string },
  ): Promise<T>;
  query<Row extends QueryResultRow>(database: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  tls?: boolean;
  /** Changes can be read by publications' subscribers. @default false */
  logical?: boolean;
}

export const postgresInstalled = findInstallations().length > 0;

/** `describe`, or a skipped block that says why. */
export const describeWithPostgres = (name: string, tests: () => void): void => {
  if (postgresInstalled) describe(name, tests);
  else describe.skip(`${name} (skipped: no Postgres server is installed)`, tests);
};

/** Starts a server before the tests of the file or block and stops it after them. */
export function usePostgres(options: TestPostgresOptions = {}): () => TestPostgres {
  let server: TestPostgres | undefined;
  beforeAll(async () => {
    server = await startPostgres(options);
  }, 30_000);
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (!server) throw new Error("usePostgres: the server is not running here");
    return server;
  };
}

export async function startPostgres({ tls = false, logical = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "thorbis-postgres-"));
  const account = unprivilegedAccount("postgres");
  if (account) chownSync(directory, account.uid, account.gid);
  try {
    return await start(directory, account, { tls, logical });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function start(
  directory: string,
  account: ClusterOptions["account"],
  { tls, logical }: Required<TestPostgresOptions>,
): Promise<TestPostgres> {
  const authority = tls ? await openAuthority(join(directory, "tls")) : undefined;
  const port = await findFreePort();
  const options: ClusterOptions = {
    directory: join(directory, "cluster"),
    port,
    user: "postgres",
    password: "test-superuser",
    account,
    installations: findInstallations(),
    ...(authority && { tls: await authority.issue("postgres", { names: ["localhost"], addresses: [LOOPBACK] }) }),
    // The data lives for seconds: nothing of it needs to reach a disk.
    settings: {
      ...{ fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: 50 },
      ...(logical && { wal_level: "logical" }),
    },
  };
  const { bin, major } = await prepareCluster(options);
  const log = join(directory, "log");
  const record = await launch({ ...clusterCommand(options, { bin, major }), marker: `test:${directory}`, log });
  const { user, password } = options;
  const connection: ClusterConnection = { host: LOOPBACK, port, user, password, authority: authority?.certificate };
  const stop = async () => {
    // SIGQUIT: the data is thrown away, so no checkpoint is worth waiting for.
    await endProcess(record, "SIGQUIT");
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await waitUntilReady("postgres", record, log, () => clusterAnswers(connection));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host: LOOPBACK,
    port,
    user,
    password,
    authority: authority?.certificate,
    authorityPath: authority?.path,
    major,
    bin,
    environment: {
      PGHOST: LOOPBACK,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      ...(authority && { PGSSLMODE: "verify-ca", PGSSLROOTCERT: authority.path }),
    },
    url: (database, as = user, secret = password) =>
      `postgresql://${encodeURIComponent(as)}:${encodeURIComponent(secret)}@${LOOPBACK}:${port}/${database}`,
    connect: (database, work, as) => withClient({ ...connection, ...as }, database, work),
    query: (database, sql, values) =>
      withClient(connection, database, async (client) => (await client.query(sql, values)).rows),
    stop,
  };
}

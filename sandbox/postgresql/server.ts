/**
 * The real Postgres behind the types of the `postgresql` package. Every operation runs as the user with whom the
 * provider is configured, with that user's rights: what a managed server would refuse is refused here.
 */
import { DatabaseError, escapeIdentifier, escapeLiteral, Pool, type PoolClient, type QueryResultRow } from "pg";
import type { PropertyMap } from "../../engine/values.ts";
import type { ClusterConnection } from "../services/postgres/connection.ts";

/** What the server, or the provider in front of it, refused. */
export class ServerRefusal extends Error {
  override readonly name = "ServerRefusal";
  readonly exitCode = 1;
  /** The SQLSTATE; absent when the provider itself refused. */
  readonly state: string | undefined;
  constructor(message: string, state?: string) {
    super(message);
    this.state = state;
  }
}

/** One transaction, or one plain connection, as the configured user. */
export interface Session {
  /** The configured user. */
  user: string;
  /** The server counts its version so: 15.4 is 150004. */
  version: number;
  run(sql: string, values?: unknown[]): Promise<void>;
  rows<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

export interface Server {
  /** Where the cluster listens. */
  address: { host: string; port: number };
  /** Runs `work` in a transaction on `database`. */
  transaction<T>(
    configuration: PropertyMap,
    database: string | undefined,
    work: (session: Session) => Promise<T>,
  ): Promise<T>;
  /** Runs `work` outside of a transaction, for the statements that Postgres allows only there. */
  plain<T>(
    configuration: PropertyMap,
    database: string | undefined,
    work: (session: Session) => Promise<T>,
  ): Promise<T>;
  /** A transaction that only holds locks, beside a plain connection that is in use. */
  guard<T>(configuration: PropertyMap, work: (session: Session) => Promise<T>): Promise<T>;
  /** As the local superuser, for what a managed server does on a user's behalf. */
  privileged<T>(database: string, work: (session: Session) => Promise<T>): Promise<T>;
  /** Ends every connection to a database that is about to be dropped, our own first. */
  disconnect(database: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Work that holds one connection and asks for another: each level has connections of its own, so that no number of
 * operations at the same time can wait for each other's.
 */
const LEVELS = ["plain", "guard", "privileged"] as const;
type Level = (typeof LEVELS)[number];

/** The group that a managed server gives to its master user. */
const MASTER_GROUP = "rds_superuser";

export const identifier = escapeIdentifier;
export const literal = escapeLiteral;

/** The user and the database with which a provider is configured. */
export function master(configuration: PropertyMap): {
  user: string;
  database: string;
  superuser: boolean;
  password: string | undefined;
} {
  const { username, database, superuser, password } = configuration;
  return {
    user: typeof username === "string" ? username : "postgres",
    database: typeof database === "string" ? database : "postgres",
    superuser: superuser !== false,
    password: typeof password === "string" ? password : undefined,
  };
}

export function openServer(connection: ClusterConnection): Server {
  const pools = new Map<string, Pool>();
  const masters = new Map<string, Promise<void>>();

  const poolOf = (database: string, level: Level): Pool => {
    const key = `${level} ${database}`;
    const known = pools.get(key);
    if (known) return known;
    const { host, port, user, password, authority } = connection;
    const pool = new Pool({
      ...{ host, port, user, password, database },
      max: 4,
      idleTimeoutMillis: 500,
      // The command ends when its work is done, not when the connections have idled out.
      allowExitOnIdle: true,
      ...(authority !== undefined && { ssl: { ca: authority, servername: "localhost" } }),
    });
    // A connection that idles when its database is dropped must not end the process.
    pool.on("error", () => undefined);
    pools.set(key, pool);
    return pool;
  };

  const withConnection = async <T>(
    database: string,
    user: string | undefined,
    work: (session: Session) => Promise<T>,
    level: Level = "plain",
  ): Promise<T> => {
    const client = await poolOf(database, level).connect().catch(refuse);
    let broken: Error | undefined;
    try {
      const [row] = (await client.query("select current_setting('server_version_num')::int as version")).rows;
      if (user !== undefined) await client.query(`set session authorization ${identifier(user)}`);
      return await work(sessionOf(client, user ?? connection.user, row.version));
    } catch (error) {
      broken = error instanceof ServerRefusal ? undefined : (error as Error);
      throw error;
    } finally {
      if (user !== undefined)
        await client.query("reset session authorization").catch((error: Error) => (broken = error));
      client.release(broken);
    }
  };

  /** The configured user is made at first use, as a managed server makes its master user with the instance. */
  const ensureMaster = (configuration: PropertyMap): Promise<void> => {
    const wanted = master(configuration);
    if (wanted.user === connection.user) return Promise.resolve();
    const key = `${wanted.user} ${wanted.superuser}`;
    const known = masters.get(key);
    if (known) return known;
    const made = withConnection("postgres", undefined, (session) => makeMaster(session, wanted));
    masters.set(key, made);
    return made;
  };

  const at =
    (level: Level): Server["plain"] =>
    async (configuration, database, work) => {
      await ensureMaster(configuration);
      const { user, database: own } = master(configuration);
      return withConnection(database ?? own, user === connection.user ? undefined : user, work, level);
    };
  const plain = at("plain");

  return {
    address: { host: connection.host, port: connection.port },
    plain,
    transaction: (configuration, database, work) =>
      plain(configuration, database, (session) => inTransaction(session, work)),
    guard: (configuration, work) => at("guard")(configuration, undefined, (session) => inTransaction(session, work)),
    privileged: (database, work) => withConnection(database, undefined, work, "privileged"),
    async disconnect(database) {
      for (const level of LEVELS) {
        await pools.get(`${level} ${database}`)?.end();
        pools.delete(`${level} ${database}`);
      }
      const terminate = (session: Session) =>
        session.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [database]);
      await withConnection("postgres", undefined, terminate, "privileged");
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function sessionOf(client: PoolClient, user: string, version: number): Session {
  return {
    user,
    version,
    async run(sql, values) {
      await client.query(sql, values).catch(refuse);
    },
    async rows<Row extends QueryResultRow>(sql: string, values?: unknown[]) {
      const result = await client.query<Row>(sql, values).catch(refuse);
      return result.rows;
    },
  };
}

async function inTransaction<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  await session.run("begin");
  try {
    const result = await work(session);
    await session.run("commit");
    return result;
  } catch (error) {
    await session.run("rollback").catch(() => undefined);
    throw error;
  }
}

/** Only the server's message: the statement beside it may hold a password. */
function refuse(error: unknown): never {
  if (error instanceof DatabaseError) throw new ServerRefusal(`pq: ${error.message}`, error.code);
  throw error;
}

/** A managed server's master user is no superuser, but may create roles and databases, and belongs to a group of its own. */
async function makeMaster(session: Session, { user, superuser, password }: ReturnType<typeof master>): Promise<void> {
  await inTransaction(session, async () => {
    // Two commands may come here at the same time.
    await session.run("select pg_advisory_xact_lock(hashtext('thorbis master'))");
    const exists = async (name: string) =>
      (await session.rows("select 1 from pg_roles where rolname = $1", [name])).length > 0;
    if (!(await exists(user))) await session.run(`create role ${identifier(user)} with login createdb createrole`);
    await session.run(
      `alter role ${identifier(user)} with ${superuser ? "superuser" : "nosuperuser"} createdb createrole login`,
    );
    if (password !== undefined) await session.run(`alter role ${identifier(user)} password ${literal(password)}`);
    if (superuser) return;
    if (!(await exists(MASTER_GROUP))) {
      await session.run(`create role ${identifier(MASTER_GROUP)} nologin`);
      await session.run(`grant pg_monitor, pg_signal_backend to ${identifier(MASTER_GROUP)} with admin option`);
    }
    await session.run(`grant ${identifier(MASTER_GROUP)} to ${identifier(user)}`);
  });
}

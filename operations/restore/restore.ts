import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import type pg from "pg";
import { type FileSource, unpackFiles } from "../backups/files.ts";
import { type Manifest, storedBytes } from "../backups/manifest.ts";
import { requireIdentity, requireKeyOf } from "../backups/seal.ts";
import { chooseSet, readCatalogue, type SetChoice } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";
import { binariesFor, installedBinaries, type PostgresBinaries, serverVersion } from "../database/binaries.ts";
import { quoteIdentifier, quoteLiteral, withConnection, withDatabase } from "../database/connection.ts";
import { dropDatabase } from "../database/sessions.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { type CheckResult, checkRestored } from "./checks.ts";
import { loadSet } from "./load-set.ts";
import { fileOf, type Loading, readFile, readingFile, type Selection } from "./loading.ts";
import { restoreRoles } from "./roles.ts";
import { analyzeTheRest } from "./statistics.ts";
import { swapDatabases } from "./swap.ts";

export interface RestoreOptions {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  choice: SetChoice;
  /** Any database of the target server, as a user that may create databases and roles. */
  serverUrl: string;
  /** @default `<database>_restored_<time of the set>` */
  database?: string;
  /** Live database whose place the restored one takes when every check is green. @default none */
  swapWith?: string;
  /** Rows of these schemas and tables only. @default everything */
  selection?: Selection;
  /** Where the files of the set go. @default they stay in the set */
  files?: FileSource;
  /** Declared objectives, in seconds. */
  objectives: { rtoSeconds: number; rpoSeconds: number };
  /** Asks the application after a swap; throws when it is not healthy. */
  healthCheck?: () => Promise<void>;
  now(): Date;
  signal?: AbortSignal;
  onProgress?: (progress: RestoreProgress) => void;
}

export interface RestoreProgress {
  phase: "preparing" | "loading" | "files" | "analyzing" | "checking" | "swapping";
  bytes: number;
  totalBytes: number;
}

export interface RestoreReport {
  setId: string;
  database: string;
  previousDatabase: string | undefined;
  createdRoles: readonly string[];
  restoredFiles: number;
  skippedForeignKeys: number;
  checks: readonly CheckResult[];
  /** From the command to a checked database, and the age of its contents, in seconds. */
  rtoSeconds: number;
  rpoSeconds: number;
  objectives: RestoreOptions["objectives"];
  ok: boolean;
}

const UNFINISHED = "thorbis: unfinished restore";

/**
 * Restores into a new database. It is checked against the manifest before anything else may use it, and dropped when
 * anything fails; the live database is touched only by the last rename, and only on request.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { store, settings, prefix, now } = options;
  const started = now();
  if (options.selection !== undefined && options.swapWith !== undefined) {
    throw new OperationFailure(
      "a partial restore cannot take the place of the live database: its other tables are empty",
      { exitCode: 2 },
    );
  }
  const identity = await requireIdentity(settings);
  const { manifest } = chooseSet(await readCatalogue(store, prefix, settings.verifyKey), options.choice);
  await requireKeyOf(manifest, identity);
  requireSelected(manifest, options.selection);
  const database =
    options.database ?? `${manifest.database.name.slice(0, 36)}_restored_${manifest.id.slice(0, 16).toLowerCase()}`;
  return await withConnection(options.serverUrl, "restore", async (server) => {
    const binaries = await programsFor(server, manifest);
    await dropUnfinished(server);
    const progress: RestoreProgress = { phase: "preparing", bytes: 0, totalBytes: storedBytes(manifest) };
    const report = (phase: RestoreProgress["phase"], bytes = 0): void => {
      progress.phase = phase;
      progress.bytes += bytes;
      options.onProgress?.(progress);
    };
    const loading: Loading = {
      store,
      prefix,
      manifest,
      identity,
      binaries,
      url: withDatabase(options.serverUrl, database),
      streams: settings.jobs ?? Math.min(4, availableParallelism()),
      selection: options.selection,
      signal: options.signal ?? new AbortController().signal,
      onBytes: (bytes) => report("loading", bytes),
    };
    report("preparing");
    const createdRoles = await restoreRoles(server, await readFile(loading, fileOf(loading, "roles"), [["cat"]]));
    await createDatabase(server, database, manifest);
    try {
      const { skippedForeignKeys } = await loadSet(loading);
      for (const statement of manifest.database.properties) {
        await server.query(statement.replaceAll(":database", quoteIdentifier(database)));
      }
      report("files");
      const restoredFiles = options.files === undefined ? 0 : await restoreFiles(loading, options.files);
      report("analyzing");
      await analyzeTheRest(loading.url, loading.streams);
      report("checking");
      const checks = await withConnection(loading.url, "restore", (client) =>
        checkRestored(client, manifest, options.selection),
      );
      requireGreen(checks);
      await server.query(`COMMENT ON DATABASE ${quoteIdentifier(database)} IS NULL`);
      report("swapping");
      const swapped = await swap(options, server, database);
      const rtoSeconds = (now().getTime() - started.getTime()) / 1_000;
      const rpoSeconds = (started.getTime() - Date.parse(manifest.createdAt)) / 1_000;
      return {
        setId: manifest.id,
        ...swapped,
        createdRoles,
        restoredFiles,
        skippedForeignKeys,
        checks: [...checks, ...swapped.checks],
        rtoSeconds,
        rpoSeconds,
        objectives: options.objectives,
        ok:
          swapped.checks.every(({ ok }) => ok) &&
          rtoSeconds <= options.objectives.rtoSeconds &&
          rpoSeconds <= options.objectives.rpoSeconds,
      };
    } catch (error) {
      await dropIfUnfinished(server, database).catch(() => undefined);
      throw error;
    }
  });
}

async function programsFor(server: pg.Client, manifest: Manifest): Promise<PostgresBinaries> {
  const target = await serverVersion(server);
  if (target.major < manifest.server.major) {
    throw new OperationFailure(
      `the set comes from Postgres ${manifest.server.version}, and the target server is the older ${target.version}`,
      {
        exitCode: 2,
        remedy: `Restore into a server of version ${manifest.server.major} or newer.`,
      },
    );
  }
  return binariesFor(await installedBinaries(), {
    ...target,
    major: Math.max(target.major, Number.parseInt(manifest.client, 10)),
  });
}

function requireSelected(manifest: Manifest, selection: Selection | undefined): void {
  if (selection === undefined) return;
  const tables = manifest.files.flatMap((file) => file.tables ?? []);
  const unknown = [
    ...selection.schemas.filter((schema) => !tables.some((table) => table.schema === schema)),
    ...selection.tables.filter((wanted) => !tables.some(({ schema, name }) => `${schema}.${name}` === wanted)),
  ];
  if (unknown.length > 0) {
    throw new OperationFailure(`the set ${manifest.id} holds no ${unknown.join(", ")}`, { exitCode: 2 });
  }
}

async function createDatabase(server: pg.Client, name: string, manifest: Manifest): Promise<void> {
  const { owner, encoding, collate, ctype } = manifest.database;
  const { rowCount } = await server.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  if (rowCount !== 0) {
    throw new OperationFailure(`the database ${name} exists already`, {
      exitCode: 2,
      remedy: "Name another one: --database NAME",
    });
  }
  await server.query(
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 OWNER ${quoteIdentifier(owner)}
       ENCODING ${quoteLiteral(encoding)} LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}`,
  );
  await server.query(`COMMENT ON DATABASE ${quoteIdentifier(name)} IS ${quoteLiteral(`${UNFINISHED} ${manifest.id}`)}`);
}

/** What a killed restore left: marked by its comment, and nobody is connected to it. */
async function dropUnfinished(server: pg.Client): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    `SELECT d.datname AS name FROM pg_database d JOIN pg_shdescription s ON s.objoid = d.oid AND s.classoid = 'pg_database'::regclass
      WHERE s.description LIKE $1 AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
    [`${UNFINISHED}%`],
  );
  for (const { name } of rows) await dropIfUnfinished(server, name);
}

async function dropIfUnfinished(server: pg.Client, name: string): Promise<void> {
  const { rows } = await server.query<{ note: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1",
    [name],
  );
  if (rows[0]?.note?.startsWith(UNFINISHED)) await dropDatabase(server, name);
}

async function restoreFiles(loading: Loading, target: FileSource): Promise<number> {
  const file = loading.manifest.files.find(({ kind }) => kind === "files");
  if (file === undefined) throw new OperationFailure(`the set ${loading.manifest.id} has no files`, { exitCode: 2 });
  return await readingFile(loading, file, (input) => unpackFiles(input, loading.identity, target, loading.signal));
}

function requireGreen(checks: readonly CheckResult[]): void {
  const red = checks.filter(({ ok }) => !ok);
  if (red.length === 0) return;
  throw new OperationFailure(
    `the restored database is not what was backed up:\n  ${red.map(({ name, detail }) => `${name}: ${detail}`).join("\n  ")}`,
    {
      remedy: "It was dropped. Take another set, and verify this one: ./thorbis backup verify",
    },
  );
}

interface Swapped {
  database: string;
  previousDatabase: string | undefined;
  checks: readonly CheckResult[];
}

async function swap(options: RestoreOptions, server: pg.Client, database: string): Promise<Swapped> {
  const { swapWith } = options;
  if (swapWith === undefined) return { database, previousDatabase: undefined, checks: [] };
  const suffix = `${options.now().toISOString().slice(0, 10).replaceAll("-", "")}_${randomBytes(2).toString("hex")}`;
  const previousDatabase = await swapDatabases(server, database, swapWith, suffix);
  const checks: CheckResult[] = [];
  if (options.healthCheck !== undefined) {
    const answer = await options.healthCheck().then(
      () => ({ ok: true, detail: "answers" }),
      (error: unknown) => ({ ok: false, detail: messageOf(error) }),
    );
    checks.push({ name: "application", ...answer });
  }
  return { database: swapWith, previousDatabase, checks };
}

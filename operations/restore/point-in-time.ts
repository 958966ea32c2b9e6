import type { DBCluster, RDSClient } from "@aws-sdk/client-rds";
import type pg from "pg";
import type { Manifest } from "../backups/manifest.ts";
import { chooseSet, readCatalogue } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";
import { quoteIdentifier, withConnection, withServer } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { type CheckResult, checkAccess, checkConstraints, checkSchema } from "./checks.ts";
import { findCluster, restoreCluster } from "./cluster.ts";

export interface PointInTimeOptions {
  client: RDSClient;
  /** Identifier of the cluster that is restored from; undefined where the database's server keeps no history. */
  cluster: string | undefined;
  /** Address of the database on that cluster; the new one is reached with the same name, user and password. */
  databaseUrl: string;
  to: Date;
  /** Identifier of the new cluster. @default `<cluster>-restored-<time>` */
  newCluster?: string;
  /** The sets around that time say what the database must look like. */
  store: Store;
  settings: BackupSettings;
  prefix: string;
  objectives: { rtoSeconds: number; rpoSeconds: number };
  now(): Date;
  wait(): Promise<void>;
  signal?: AbortSignal;
  onStatus?: (status: string) => void;
}

export interface PointInTimeReport {
  cluster: string;
  /** `host:port` of the new cluster. */
  address: string;
  /** The second that it holds, ISO 8601. */
  restoredTo: string;
  comparedWith: readonly string[];
  checks: readonly CheckResult[];
  /** From the command to a checked database; and how far behind now the source can be restored. In seconds. */
  rtoSeconds: number;
  rpoSeconds: number;
  objectives: PointInTimeOptions["objectives"];
  ok: boolean;
}

/**
 * Restores one second of a cluster's history into a new cluster, never over the old one, and checks it against the
 * backups from before and after that second.
 */
export async function restoreToPointInTime(options: PointInTimeOptions): Promise<PointInTimeReport> {
  const started = options.now();
  const neighbours = await neighboursOf(options);
  const source = await requireSource(options);
  const latest = requireWindow(source, options.to);
  const made = await restoreCluster({
    ...options,
    source,
    identifier: await freeIdentifier(options, source),
  });
  const url = withServer(options.databaseUrl, made.host, made.port);
  const checks = await withConnection(url, "restore", (client) => checkAgainst(client, neighbours, options.settings));
  const rtoSeconds = (options.now().getTime() - started.getTime()) / 1_000;
  const rpoSeconds = Math.max(0, started.getTime() - latest.getTime()) / 1_000;
  return {
    cluster: made.identifier,
    address: `${made.host}:${made.port}`,
    restoredTo: options.to.toISOString(),
    comparedWith: neighbours.map(({ id }) => id),
    checks,
    rtoSeconds,
    rpoSeconds,
    objectives: options.objectives,
    ok:
      checks.every(({ ok }) => ok) &&
      rtoSeconds <= options.objectives.rtoSeconds &&
      rpoSeconds <= options.objectives.rpoSeconds,
  };
}

/** The newest set from before that time and the first from after it: the database was between the two. */
async function neighboursOf({ store, prefix, settings, to }: PointInTimeOptions): Promise<Manifest[]> {
  const catalogue = await readCatalogue(store, prefix, settings.verifyKey);
  const sets = catalogue.sets.filter(({ standing }) => standing !== "damaged").map(({ manifest }) => manifest);
  const before = sets.filter(({ createdAt }) => createdAt <= to.toISOString()).at(-1);
  const after = sets.find(({ createdAt }) => createdAt > to.toISOString());
  const found = [before, after].filter((manifest) => manifest !== undefined);
  // Nothing to compare with is no proof: the same refusal as of a restore without a set.
  return found.length > 0 ? found : [chooseSet(catalogue, { kind: "latest" }).manifest];
}

async function requireSource({ client, cluster }: PointInTimeOptions): Promise<DBCluster> {
  const offered =
    "Its backups are offered instead: ./thorbis restore --date TIME takes the newest set from before then.";
  if (cluster === undefined) {
    throw new OperationFailure("this database's server keeps no history that a point in time could be taken from", {
      exitCode: 2,
      remedy: `${offered} For an Aurora or RDS cluster name it in the settings: database.cluster.`,
    });
  }
  const source = await findCluster(client, cluster);
  if (source !== undefined) return source;
  throw new OperationFailure(`there is no cluster ${cluster}`, { exitCode: 2, remedy: offered });
}

/** @returns the last second that can be restored */
function requireWindow({ EarliestRestorableTime: first, LatestRestorableTime: last }: DBCluster, to: Date): Date {
  if (first !== undefined && last !== undefined && to >= first && to <= last) return last;
  const kept =
    first === undefined || last === undefined ? "nothing" : `${first.toISOString()} to ${last.toISOString()}`;
  throw new OperationFailure(`${to.toISOString()} cannot be restored: the cluster keeps ${kept}`, {
    exitCode: 2,
    remedy: "Take a time within it, or a set: ./thorbis restore --date TIME",
  });
}

async function freeIdentifier({ client, newCluster, to }: PointInTimeOptions, source: DBCluster): Promise<string> {
  const time = to
    .toISOString()
    .replace(/[-:]|\.\d+Z/g, "")
    .toLowerCase();
  const identifier = newCluster ?? `${(source.DBClusterIdentifier ?? "").slice(0, 36)}-restored-${time}`;
  if ((await findCluster(client, identifier)) === undefined) return identifier;
  throw new OperationFailure(`the cluster ${identifier} exists already, and a restore never goes over one`, {
    exitCode: 2,
    remedy: "Name another one: --cluster NAME",
  });
}

async function checkAgainst(
  client: pg.Client,
  neighbours: readonly Manifest[],
  { maxFallPercent }: BackupSettings,
): Promise<CheckResult[]> {
  const access: CheckResult[] = [];
  for (const manifest of neighbours) access.push(await checkAccess(client, manifest));
  return [
    await checkSchema(client, ...neighbours),
    await checkRows(client, neighbours, maxFallPercent),
    await checkConstraints(client),
    // Rights that changed between the two are those of one of them.
    ...(access.filter(({ ok }) => ok).length > 0 ? access.filter(({ ok }) => ok) : access).slice(0, 1),
  ];
}

/** Between two backups the exact number is unknown; what fell below both by more than is usual is not that database. */
async function checkRows(
  client: pg.Client,
  neighbours: readonly Manifest[],
  maxFallPercent: number,
): Promise<CheckResult> {
  const wrong: string[] = [];
  const tables = [...new Set(neighbours.flatMap(({ rowCounts }) => Object.keys(rowCounts)))];
  for (const table of tables) {
    const fewest = Math.min(...neighbours.flatMap(({ rowCounts }) => rowCounts[table] ?? []));
    const [schema = "", name = ""] = table.split(".");
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    );
    const count = Number(rows[0]?.count);
    if (count < fewest * (1 - maxFallPercent / 100))
      wrong.push(`${table} has ${count}, at least ${fewest} in the backups`);
  }
  const detail = wrong.length === 0 ? `${tables.length} tables` : wrong.join("; ");
  return { name: "row counts", ok: wrong.length === 0, detail };
}

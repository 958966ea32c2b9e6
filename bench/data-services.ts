/** A real Postgres and a real S3 API for the benchmarks of data operations, with settings as a person would write them. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { installedBinaries, type PostgresBinaries } from "../operations/database/binaries.ts";
import { startThrowAwayCluster } from "../operations/database/cluster.ts";
import { withConnection, withDatabase } from "../operations/database/connection.ts";
import { emulatorAnswers, emulatorCommand, emulatorEndpoint } from "../sandbox/services/aws/emulator.ts";
import { findEmulator } from "../sandbox/services/aws/installation.ts";
import { launch } from "../sandbox/services/launch.ts";
import { layoutOf } from "../sandbox/services/layout.ts";
import { findFreePort } from "../sandbox/services/ports.ts";
import { endProcess } from "../sandbox/services/processes.ts";
import { waitUntilReady } from "../sandbox/services/ready.ts";
import { root } from "./command.ts";

/** An S3 server that runs already, instead of the emulator. */
export interface Storage {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** @param endpoint its credentials are those of the environment, as for every client of S3 */
export function storageAt(endpoint: string): Storage {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = process.env;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error("--s3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  return { endpoint, region: region ?? "us-east-1", accessKeyId, secretAccessKey };
}

export interface DataServices {
  directory: string;
  binaries: PostgresBinaries;
  /** Address of the database `app`. */
  url: string;
  /** The server's first process. */
  serverPid: number;
  client: S3Client;
  bucket: string;
  /** File for `--settings`. */
  settingsFile: string;
  stop(): Promise<void>;
}

/** @param elsewhere @default the emulator, started for this run */
export async function startDataServices(
  postgres: Record<string, string> = {},
  elsewhere?: Storage,
): Promise<DataServices> {
  const directory = await mkdtemp(path.join(tmpdir(), "thorbis-bench-"));
  await chmod(directory, 0o755);
  const [binaries] = await installedBinaries();
  if (binaries === undefined) throw new Error("the benchmark needs Postgres");
  const cluster = await startThrowAwayCluster({ binaries, settings: postgres });
  const ends = [() => rm(directory, { recursive: true, force: true }), () => cluster.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const { endpoint, region, ...credentials } = elsewhere ?? (await startEmulator(directory, ends));
    await withConnection(cluster.url, "bench", (client) => client.query("CREATE DATABASE app"));
    const client = new S3Client({ endpoint, region, credentials: { ...credentials }, forcePathStyle: true });
    const bucket = `thorbis-bench-${randomBytes(4).toString("hex")}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    if (elsewhere !== undefined) ends.push(() => removeBucket(client, bucket));
    const settingsFile = path.join(directory, "settings.json");
    const url = withDatabase(cluster.url, "app");
    const aws = { endpoint, region, ...credentials };
    await writeFile(settingsFile, JSON.stringify(await settings(url, aws, bucket, directory)), { mode: 0o600 });
    const serverPid = Number.parseInt(
      await readFile(path.join(cluster.directory, "data", "postmaster.pid"), "utf8"),
      10,
    );
    return { directory, binaries, url, serverPid, client, bucket, settingsFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEmulator(directory: string, ends: (() => Promise<void>)[]): Promise<Storage> {
  const program = findEmulator(root, layoutOf(root).venv);
  if (program === undefined) throw new Error("the benchmark needs the AWS emulator (./thorbis local start)");
  const port = await findFreePort();
  const log = path.join(directory, "emulator.log");
  const options = { directory, port, accountId: "123456789012", region: "us-east-1", persist: false };
  const record = await launch({ ...emulatorCommand(program, options), marker: `bench:${directory}`, log });
  ends.push(async () => void (await endProcess(record, "SIGKILL")));
  await waitUntilReady("aws", record, log, () => emulatorAnswers(port));
  const { region, accountId } = options;
  return { endpoint: emulatorEndpoint(port), region, accessKeyId: accountId, secretAccessKey: "bench" };
}

/** Another's server keeps what this run left, unless it takes it away. */
async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    for (const { Key } of page.Contents ?? []) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}

async function settings(url: string, aws: Storage, bucket: string, directory: string): Promise<object> {
  const [identity, escrow] = [await generateIdentity(), await generateIdentity()];
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return {
    environment: "bench",
    database: { url },
    aws,
    audit: { file: path.join(directory, "audit.jsonl") },
    backups: {
      bucket,
      identity,
      recipients: [
        { name: "operations", publicKey: await identityToRecipient(identity) },
        { name: "safe", publicKey: await identityToRecipient(escrow), escrow: true },
      ],
      signingKey: privateKey,
      verifyKey: publicKey,
      retention: { keepVerified: 3 },
    },
  };
}

/** Rows, JSON, free text and incompressible bytes, with indexes and a foreign key: about `megabytes` of tables. */
export async function fillDatabase(url: string, megabytes: number): Promise<number> {
  const rows = (perMegabyte: number): number => Math.ceil(megabytes * perMegabyte);
  return await withConnection(url, "bench", async (client) => {
    await client.query(`
      CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text, created_at timestamptz DEFAULT now());
      INSERT INTO customers SELECT i, 'Customer ' || i, 'customer' || i || '@example.com' FROM generate_series(1, ${rows(300)}) i;
      CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL, state text, total numeric(12, 2), placed_at timestamptz, note text);
      INSERT INTO orders SELECT i, 1 + i % ${rows(300)}, (ARRAY['open', 'paid', 'shipped', 'closed'])[1 + i % 4], (i * 37 % 100000) / 100.0,
             now() - i * interval '1 second', md5(i::text) FROM generate_series(1, ${rows(2_800)}) i;
      CREATE TABLE events (id bigint, at timestamptz, payload jsonb);
      INSERT INTO events SELECT i, now() - i * interval '1 minute', jsonb_build_object('kind', 'visit', 'path', '/work-orders/' || i % 500,
             'agent', 'Mozilla/5.0 (X11; Linux x86_64)', 'session', md5((i / 20)::text), 'milliseconds', i % 900) FROM generate_series(1, ${rows(1_000)}) i;
      CREATE TABLE messages (id bigint, body text);
      INSERT INTO messages SELECT i, repeat('The technician arrived at ' || i % 24 || ' and replaced the filter of unit ' || i || '. ', 6) FROM generate_series(1, ${rows(450)}) i;
      CREATE TABLE attachments (id bigint, content bytea);
      ALTER TABLE attachments ALTER content SET STORAGE EXTERNAL;
      INSERT INTO attachments SELECT i, (SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(1, 256 + i - i)) FROM generate_series(1, ${rows(30)}) i;
      ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers;
      CREATE INDEX orders_customer ON orders (customer); CREATE INDEX events_at ON events (at); CREATE INDEX customers_email ON customers (email)`);
    await client.query("VACUUM ANALYZE");
    const { rows: sizes } = await client.query<{ bytes: string }>(
      "SELECT sum(pg_table_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    return Number(sizes[0]?.bytes);
  });
}

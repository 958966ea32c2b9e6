/** A real Postgres and a real S3 API for the benchmarks of data operations, with settings as a person would write them. */
import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
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

const BUCKET = "backups";

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

export async function startDataServices(postgres: Record<string, string> = {}): Promise<DataServices> {
  const directory = await mkdtemp(path.join(tmpdir(), "thorbis-bench-"));
  await chmod(directory, 0o755);
  const [binaries] = await installedBinaries();
  const program = findEmulator(root, layoutOf(root).venv);
  if (binaries === undefined || program === undefined)
    throw new Error("the benchmark needs Postgres and the AWS emulator (./thorbis local start)");
  const cluster = await startThrowAwayCluster({ binaries, settings: postgres });
  const port = await findFreePort();
  const log = path.join(directory, "emulator.log");
  const options = { directory, port, accountId: "123456789012", region: "us-east-1", persist: false };
  const record = await launch({ ...emulatorCommand(program, options), marker: `bench:${directory}`, log });
  const stop = async (): Promise<void> => {
    await endProcess(record, "SIGKILL");
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntilReady("aws", record, log, () => emulatorAnswers(port));
    await withConnection(cluster.url, "bench", (client) => client.query("CREATE DATABASE app"));
    const aws = {
      endpoint: emulatorEndpoint(port),
      region: "us-east-1",
      accessKeyId: options.accountId,
      secretAccessKey: "bench",
    };
    const { endpoint, region, ...credentials } = aws;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const settingsFile = path.join(directory, "settings.json");
    const url = withDatabase(cluster.url, "app");
    await writeFile(settingsFile, JSON.stringify(await settings(url, aws, directory)), { mode: 0o600 });
    const serverPid = Number.parseInt(
      await readFile(path.join(cluster.directory, "data", "postmaster.pid"), "utf8"),
      10,
    );
    return { directory, binaries, url, serverPid, client, bucket: BUCKET, settingsFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function settings(url: string, aws: Record<string, string>, directory: string): Promise<object> {
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
      bucket: BUCKET,
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

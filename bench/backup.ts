/**
 * `node bench/backup.ts [--megabytes 1100]`: our backup and restore against the seed's pipeline (`pg_dump | gzip`, `gpg`
 * with its options, then the upload; `gunzip | psql` back) and against the pure parallel dump, in the same run on the
 * same server. The seed's own verification (`gpg -d | head`) is left out of its time; ours is within ours, and so are
 * the analysis and the checks after a restore. The S3 API is a Python program on the same processors: both sides pay
 * for what they upload, and ours also for reading it back and for the copy of the promotion. `--s3 URL` takes another
 * server, with the credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and a bucket that is removed at the end: a
 * compiled one (docs/backups.md) does the same work with less of the processors, and AWS with none of them.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Upload } from "@aws-sdk/lib-storage";
import { collectPipeline } from "../operations/backups/pipeline.ts";
import { libpqEnvironment, withConnection, withDatabase } from "../operations/database/connection.ts";
import { dropDatabase } from "../operations/database/sessions.ts";
import { commandEnvironment, commandLine, root } from "./command.ts";
import { type DataServices, fillDatabase, startDataServices, storageAt } from "./data-services.ts";
import { figure, tell } from "./figures.ts";
import { endedChildrenSeconds, serverSeconds } from "./processor.ts";

const MIB = 1024 ** 2;
const STREAMS = 2;

/** As a server that is to live has them: the defaults of Postgres, not those of a throw-away one. */
const LIVE = { fsync: "on", full_page_writes: "on", synchronous_commit: "on", shared_buffers: "512MB" };

interface Measured {
  seconds: number;
  /** Greatest resident memory of the command with all its children, in MiB. */
  peakMiB: number;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

/** Runs a command and watches the memory of its whole process tree. */
async function measured(words: readonly string[]): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, [commandLine, ...words], {
    cwd: root,
    env: commandEnvironment(),
    stdio: ["ignore", "ignore", "inherit"],
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, treeMemory(child.pid ?? 0));
  }, 200);
  const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  return { seconds: (performance.now() - started) / 1_000, peakMiB: peak / MIB };
}

/** Read at once and not promise by promise: that would take a tenth of a processor from the command it watches. */
function treeMemory(pid: number): number {
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  };
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const status = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]));
  }
  let bytes = 0;
  for (const candidate of parents.keys()) {
    for (
      let ancestor: number | undefined = candidate;
      ancestor !== undefined && ancestor > 1;
      ancestor = parents.get(ancestor)
    ) {
      if (ancestor !== pid) continue;
      bytes += Number(/^RssAnon:\s+(\d+) kB/m.exec(read(`/proc/${candidate}/status`))?.[1] ?? 0) * 1_024;
      break;
    }
  }
  return bytes;
}

/** The seed's script, step by step, with its options. */
async function seedBackup(services: DataServices): Promise<void> {
  const environment = { ...libpqEnvironment(services.url), GNUPGHOME: services.directory };
  const plain = path.join(services.directory, "seed.sql.gz");
  const key = path.join(services.directory, "seed.key");
  await writeFile(key, "a passphrase", { mode: 0o600 });
  const dump = path.join(services.binaries.directory, "pg_dump");
  await collectPipeline([[dump], ["gzip"], { shell: `cat > '${plain}'`, name: "cat" }], { environment });
  const options =
    "--cipher-algo AES256 --compress-algo 1 --s2k-mode 3 --s2k-digest-algo SHA512 --s2k-count 65536 --symmetric --batch --yes --pinentry-mode loopback";
  await collectPipeline([["gpg", ...options.split(" "), "--output", `${plain}.gpg`, "--passphrase-file", key, plain]], {
    environment,
  });
  // `aws s3 cp` sends a large file in parts, ten at a time.
  const params = { Bucket: services.bucket, Key: "seed", Body: createReadStream(`${plain}.gpg`) };
  await new Upload({ client: services.client, params, partSize: 8 * MIB, queueSize: 10 }).done();
}

async function seedRestore(services: DataServices): Promise<void> {
  await withConnection(services.url, "bench", (client) => client.query("CREATE DATABASE seed_restored"));
  const environment = libpqEnvironment(withDatabase(services.url, "seed_restored"));
  const plain = path.join(services.directory, "seed.sql.gz");
  await collectPipeline(
    [
      ["gunzip", "-c", plain],
      [path.join(services.binaries.directory, "psql"), "--quiet", "--output=/dev/null"],
    ],
    { environment },
  );
}

/**
 * What Postgres' own parallel dump takes: `pg_dump --format=directory --jobs=2`, uncompressed, into memory, nothing else.
 * It uses both processors of a machine of two by itself.
 */
async function pureDump(services: DataServices): Promise<void> {
  const directory = await mkdtemp("/dev/shm/thorbis-bench-");
  try {
    const dump = path.join(services.binaries.directory, "pg_dump");
    const options = ["--format=directory", "--compress=0", `--jobs=${STREAMS}`, `--file=${directory}/dump`];
    await collectPipeline([[dump, ...options]], { environment: libpqEnvironment(services.url) });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Processor seconds of a work: the server's share, and that of the programs which it starts. */
async function processorSeconds(
  services: DataServices,
  work: () => Promise<unknown>,
): Promise<{ server: number; programs: number }> {
  const before = { server: serverSeconds(services.serverPid), programs: endedChildrenSeconds() };
  await work();
  return {
    server: serverSeconds(services.serverPid) - before.server,
    programs: endedChildrenSeconds() - before.programs,
  };
}

/** What no backup gets round: Postgres writes its dump and zstd compresses it, into nothing. */
async function dumpAndCompress(services: DataServices): Promise<void> {
  const dump = path.join(services.binaries.directory, "pg_dump");
  const stages = [
    [dump, "--format=custom", "--compress=0"],
    ["zstd", "-q", "-1", "--single-thread", "-c"],
    { shell: "cat > /dev/null", name: "cat" },
  ] as const;
  await collectPipeline(stages, { environment: libpqEnvironment(services.url) });
}

/** The storage alone: random bytes from memory, in parts of 8 MiB, two at a time. */
async function storageAlone(services: DataServices): Promise<number> {
  const chunk = randomBytes(MIB);
  const count = 128;
  const body = Readable.from(
    (function* () {
      for (let index = 0; index < count; index += 1) yield chunk;
    })(),
    { objectMode: false },
  );
  const params = { Bucket: services.bucket, Key: "alone", Body: body };
  const time = await seconds(() =>
    new Upload({ client: services.client, params, partSize: 8 * MIB, queueSize: 2 }).done(),
  );
  return (count * MIB) / time;
}

/** Nothing of what was before runs on beside what is measured: dirty pages, and autovacuum in what was restored. */
async function settle(services: DataServices, unneeded?: string): Promise<void> {
  await withConnection(withDatabase(services.url, "postgres"), "bench", async (client) => {
    if (unneeded !== undefined) await dropDatabase(client, unneeded);
    await client.query("CHECKPOINT");
    const busy = "SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'";
    while ((await client.query(busy)).rowCount !== 0) await setTimeout(200);
  });
}

const { values } = parseArgs({
  options: { megabytes: { type: "string", default: "1100" }, s3: { type: "string" }, json: { type: "string" } },
});
const megabytes = Number(values.megabytes);
const services = await startDataServices(LIVE, values.s3 === undefined ? undefined : storageAt(values.s3));
const common = ["--environment", "bench", "--settings", services.settingsFile];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const rate = (bytes: number, time: number): string => `${(bytes / MIB / time).toFixed(0)} MiB/s`;
try {
  const small = await fillDatabase(services.url, megabytes / 10);
  const smallRun = await measured(["backup", "create", ...common]);
  await withConnection(services.url, "bench", (client) =>
    client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public"),
  );
  const bytes = await fillDatabase(services.url, megabytes);
  say(`tables: ${(bytes / MIB).toFixed(0)} MiB; ${STREAMS} streams; ${availableParallelism()} processors`);
  say(
    `load at the beginning     ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
  );
  say(`S3 alone, one upload      ${((await storageAlone(services)) / MIB).toFixed(0)} MiB/s`);
  // Once before anything is measured, so that nobody is the first to read the tables from the disk.
  await pureDump(services);
  const pure = await seconds(() => pureDump(services));
  const ours = await measured(["backup", "create", ...common]);
  const seed = await seconds(() => seedBackup(services));
  say(`pure parallel dump        ${pure.toFixed(1)} s  ${rate(bytes, pure)}`);
  say(
    `backup create             ${ours.seconds.toFixed(1)} s  ${rate(bytes, ours.seconds)}  peak ${ours.peakMiB.toFixed(0)} MiB`,
  );
  say(`seed's backup             ${seed.toFixed(1)} s  ${rate(bytes, seed)}`);
  await settle(services);
  const restored = await measured(["restore", "--database", "restored", ...common]);
  await settle(services, "restored");
  let seedRestored = 0;
  const seedWork = await processorSeconds(services, async () => {
    seedRestored = await seconds(() => seedRestore(services));
  });
  say(
    `restore                   ${restored.seconds.toFixed(1)} s  ${rate(bytes, restored.seconds)}  peak ${restored.peakMiB.toFixed(0)} MiB`,
  );
  await settle(services, "seed_restored");
  const least = await processorSeconds(services, () => dumpAndCompress(services));
  const drilled = await measured(["drill", ...common]);
  say(`drill, server included    ${drilled.seconds.toFixed(1)} s  ${rate(bytes, drilled.seconds)}`);
  say(`seed's restore            ${seedRestored.toFixed(1)} s  ${rate(bytes, seedRestored)}`);
  // However well it is divided, work takes its processor seconds: the bound that this machine sets to any program.
  const processors = availableParallelism();
  const leastBackup = (least.server + least.programs) / processors;
  const leastRestore = seedWork.server / processors;
  say(
    `dump and zstd alone       ${least.server.toFixed(1)} s of the server's processor time, ${least.programs.toFixed(1)} s of the programs': at least ${leastBackup.toFixed(1)} s`,
  );
  say(
    `server in seed's restore  ${seedWork.server.toFixed(1)} s of processor time: at least ${leastRestore.toFixed(1)} s`,
  );
  const of = (bound: number): string => `, of the ${bound.toFixed(1)} that ${processors} processors allow`;
  // Throughputs, so that more is better.
  const perSecond = (time: number) => bytes / MIB / time;
  tell(
    [
      figure(
        `backup create, against the seed's pipeline${of(seed / leastBackup)}`,
        "MiB/s",
        perSecond(seed),
        perSecond(ours.seconds),
        5,
        true,
      ),
      figure(
        `backup create, against a pure parallel dump${of(pure / leastBackup)}`,
        "MiB/s",
        perSecond(pure),
        perSecond(ours.seconds),
        0.7,
        true,
      ),
      figure(
        `restore, against the seed's${of(seedRestored / leastRestore)}`,
        "MiB/s",
        perSecond(seedRestored),
        perSecond(restored.seconds),
        3,
        true,
      ),
      figure(
        `drill into a throw-away server, against the seed's restore${of(seedRestored / leastRestore)}`,
        "MiB/s",
        perSecond(seedRestored),
        perSecond(drilled.seconds),
        3,
        true,
      ),
      figure("memory of backup create, against 300 MiB", "MiB", 300, ours.peakMiB, 1),
      figure(
        `memory at ten times the ${(small / MIB).toFixed(0)} MiB of tables`,
        "MiB",
        smallRun.peakMiB,
        ours.peakMiB,
        3,
      ),
    ],
    values.json,
  );
} finally {
  await services.stop();
}

import { availableParallelism } from "node:os";
import type { S3Client } from "@aws-sdk/client-s3";
import { binariesFor, installedBinaries, type PostgresBinaries, requireProgram } from "../database/binaries.ts";
import { libpqEnvironment, operator } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { checkFile, type ExpectedFile } from "./check.ts";
import { fileSourceOf } from "./files.ts";
import { removeDeadRuns, removeRun, writeState } from "./incoming.ts";
import { type Job, planJobs } from "./jobs.ts";
import { type Manifest, type ManifestFile, newSetId, storedBytes } from "./manifest.ts";
import { PipelineFailure, startPipeline } from "./pipeline.ts";
import { promote } from "./promote.ts";
import { requireIdentity, sealing } from "./seal.ts";
import { layout, readCatalogue } from "./sets.ts";
import { type OpenSource, openSource } from "./source.ts";
import type { Store } from "./store.ts";
import { describeFall, fallsAgainstTrend } from "./trend.ts";
import type { Uploaded } from "./upload.ts";
import { allOrNone, workers } from "./workers.ts";

export interface CreateOptions {
  environment: string;
  databaseUrl: string;
  settings: BackupSettings;
  prefix: string;
  store: Store;
  client: S3Client;
  now(): Date;
  /** Why a fall against the trend is right this time. */
  acceptFall?: string;
  signal?: AbortSignal;
  onProgress?: (progress: CreateProgress) => void;
}

export interface CreateProgress {
  phase: "preparing" | "dumping" | "promoting";
  /** Bytes stored so far, and what the last set took (0 when there is none). */
  storedBytes: number;
  expectedBytes: number;
  /** Files that are stored and proved. */
  filesChecked: number;
  files: number;
}

const MIB = 1024 ** 2;
const CLOCK_TOLERANCE = 5 * 60_000;

/**
 * Makes one set: uploading → uploaded → checked → promoted. Only the last step makes it a backup; whatever fails
 * before leaves nothing that is listed, and removes what it stored.
 */
export async function createBackup(options: CreateOptions): Promise<Manifest> {
  const { settings, store, prefix } = options;
  const started = options.now();
  const identity = await requireIdentity(settings);
  await Promise.all(["bash", "zstd", "age", "tar", "tee", "stdbuf"].map(requireProgram));
  const source = await openSource(options.databaseUrl, settings.countedTables);
  const id = newSetId(source.takenAt);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", interrupt, { once: true });
  if (options.signal?.aborted) interrupt();
  let storing: Promise<ManifestFile[]> | undefined;
  try {
    const binaries = binariesFor(await installedBinaries(), source.server);
    await removeDeadRuns(store, prefix);
    const recent = await recentManifests(options, source, started);
    refuseFall(options, recent, { rowCounts: source.rowCounts });
    await writeState(store, prefix, id, "uploading", options.now());
    storing = storeEveryFile({
      ...options,
      id,
      identity,
      source,
      binaries,
      abort,
      expectedBytes: recent.length > 0 ? storedBytes(lastOf(recent)) : 0,
    });
    const files = await Promise.race([storing, source.lost]);
    await writeState(store, prefix, id, "checked", options.now());
    refuseFall(options, recent, { files });
    const manifest = describeSet(options, { id, source, binaries, files, started });
    await writeState(store, prefix, id, "promoting", options.now());
    return await promote({ store, settings, prefix, manifest, now: options.now(), signal: abort.signal });
  } catch (error) {
    abort.abort(error);
    // What is still under way would be stored behind the back of what takes it back.
    await storing?.catch(() => undefined);
    // The cause is reported whatever happens here; what stays is removed by the next run.
    await takeBack(store, prefix, id).catch(() => undefined);
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
    await source.close();
  }
}

interface Run extends CreateOptions {
  id: string;
  identity: string;
  source: OpenSource;
  binaries: PostgresBinaries;
  abort: AbortController;
  expectedBytes: number;
}

/**
 * Dumps and uploads so many files at a time, and proves the stored ones beside it, as many at a time. The first failure
 * ends the others.
 */
async function storeEveryFile(run: Run): Promise<ManifestFile[]> {
  const { signal } = run.abort;
  const streams = run.settings.jobs ?? Math.min(4, availableParallelism());
  const [storing, proving] = [workers(streams), workers(streams)];
  const fileSource = fileSourceOf(run.settings.files, run.client);
  const jobs = planJobs({ source: run.source, settings: run.settings, binaries: run.binaries, streams, fileSource });
  const progress: CreateProgress = {
    phase: "dumping",
    storedBytes: 0,
    expectedBytes: run.expectedBytes,
    filesChecked: 0,
    files: jobs.length,
  };
  let undumped = jobs.length;
  const files = await allOrNone(jobs, run.abort, async (job): Promise<ManifestFile> => {
    const stored = await storing(async () => {
      signal.throwIfAborted();
      return await storeFile(run, job, (bytes) => {
        progress.storedBytes += bytes;
        run.onProgress?.(progress);
      });
    });
    undumped -= 1;
    // Nobody needs the snapshot any more: a long transaction keeps the server from cleaning up.
    if (undumped === 0) await run.source.release();
    const entries = await proving(async () => {
      signal.throwIfAborted();
      const body = await run.store.download(`${layout(run.prefix).incomingSet(run.id)}${job.name}`);
      return await checkFile(body, stored, { identity: run.identity, binaries: run.binaries, signal });
    });
    progress.filesChecked += 1;
    run.onProgress?.(progress);
    return { ...stored, entries };
  });
  return files.sort((a, b) => a.name.localeCompare(b.name));
}

async function storeFile(run: Run, job: Job, onBytes: (bytes: number) => void): Promise<ExpectedFile> {
  const { stdout, finished } = startPipeline([...job.stages, ...sealing(run.settings)], {
    environment: libpqEnvironment(run.databaseUrl),
    signal: run.abort.signal,
    ...(job.input !== undefined && { input: job.input() }),
  });
  // The last byte is handed on only when every program has succeeded: otherwise the upload fails with their message.
  const complete = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of stdout) {
      onBytes(chunk.length);
      yield chunk;
    }
    await finished;
  };
  let uploaded: Uploaded;
  try {
    uploaded = await run.store.upload(`${layout(run.prefix).incomingSet(run.id)}${job.name}`, complete(), {
      // At most 10,000 parts; compression only makes it fewer.
      partBytes: Math.max(8 * MIB, Math.ceil(job.bytes / 5_000)),
      signal: run.abort.signal,
    });
  } catch (error) {
    stdout.destroy();
    // A program that failed explains more than the upload that it cut off.
    await finished.catch((reason: unknown) => {
      const isCause = !(reason instanceof PipelineFailure && reason.isConsequence) && !run.abort.signal.aborted;
      if (isCause) throw new OperationFailure(`${job.name}: ${messageOf(reason)}`, { cause: error });
    });
    throw error;
  }
  return {
    name: job.name,
    kind: job.kind,
    ...uploaded,
    ...(job.tables !== undefined && { tables: [...job.tables] }),
    ...(job.sequences !== undefined && { sequences: [...job.sequences] }),
  };
}

/** Sets to compare with, after the clocks have been compared: "latest" is a matter of time. */
async function recentManifests(options: CreateOptions, source: OpenSource, now: Date): Promise<Manifest[]> {
  const wrongClock = (detail: string): OperationFailure =>
    new OperationFailure(`a clock is wrong: ${detail}`, {
      remedy: "Set the clocks (chrony, systemd-timesyncd): the newest backup is found by its time.",
    });
  if (Math.abs(source.takenAt.getTime() - now.getTime()) > CLOCK_TOLERANCE) {
    throw wrongClock(`the database says ${source.takenAt.toISOString()}, this machine says ${now.toISOString()}`);
  }
  const { sets } = await readCatalogue(options.store, options.prefix, options.settings.verifyKey);
  const newest = sets.at(-1)?.manifest.createdAt;
  if (newest !== undefined && Date.parse(newest) > source.takenAt.getTime()) {
    throw wrongClock(`the newest set is from ${newest}, and the database says ${source.takenAt.toISOString()}`);
  }
  return sets.filter(({ standing }) => standing !== "damaged").map(({ manifest }) => manifest);
}

function lastOf(manifests: readonly Manifest[]): Manifest {
  const last = manifests.at(-1);
  if (last === undefined) throw new OperationFailure("there is no earlier set");
  return last;
}

function refuseFall(
  options: CreateOptions,
  recent: readonly Manifest[],
  now: Parameters<typeof fallsAgainstTrend>[1],
): void {
  const falls = fallsAgainstTrend(recent, now, options.settings.maxFallPercent);
  if (falls.length === 0 || options.acceptFall !== undefined) return;
  throw new OperationFailure(
    `the backup is much smaller than usual, so it is not promoted:\n  ${falls.map(describeFall).join("\n  ")}`,
    {
      exitCode: 3,
      remedy: 'Find out what is gone. When it is right: ./thorbis backup create --accept-fall "why"',
    },
  );
}

function describeSet(
  options: CreateOptions,
  run: { id: string; source: OpenSource; binaries: PostgresBinaries; files: ManifestFile[]; started: Date },
): Manifest {
  const { source } = run;
  return {
    format: 1,
    id: run.id,
    environment: options.environment,
    createdAt: source.takenAt.toISOString(),
    durationSeconds: (options.now().getTime() - run.started.getTime()) / 1_000,
    tool: "thorbis 1",
    operator: operator(),
    server: source.server,
    client: run.binaries.version,
    database: source.database,
    schemaFingerprint: source.schemaFingerprint,
    access: [...source.access],
    rowCounts: { ...source.rowCounts },
    sourceBytes: source.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    recipients: options.settings.recipients.map((recipient) => ({ ...recipient })),
    files: run.files,
    ...(options.acceptFall !== undefined && { acceptedFall: options.acceptFall }),
  };
}

async function takeBack(store: Store, prefix: string, id: string): Promise<void> {
  await store.abortUploads(layout(prefix).incomingSet(id));
  await removeRun(store, prefix, id);
}

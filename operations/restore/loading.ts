import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Meter } from "../backups/download.ts";
import type { Manifest, ManifestFile, TableName } from "../backups/manifest.ts";
import { collectPipeline, type Stage, shellWord } from "../backups/pipeline.ts";
import { drained, opening } from "../backups/seal.ts";
import { layout } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";
import type { PostgresBinaries } from "../database/binaries.ts";
import { isThisMachine, libpqEnvironment } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** Rows of these only; the schema is always restored whole, so that views and indexes are what they were. */
export interface Selection {
  schemas: readonly string[];
  /** @example ["public.orders"] */
  tables: readonly string[];
}

export interface Loading {
  store: Store;
  prefix: string;
  manifest: Manifest;
  identity: string;
  binaries: PostgresBinaries;
  /** Address of the new, empty database. */
  url: string;
  streams: number;
  selection: Selection | undefined;
  signal: AbortSignal;
  onBytes(bytes: number): void;
}

const MEMORY = "/dev/shm";

/**
 * Settings of the loading sessions, all of them safe for a database that nobody uses before its checks: a crash makes the
 * whole restore void anyway, so no commit waits for the disk; indexes are sorted in memory, and a large one by several
 * processes, unless all the processors that they could have are ours and taken: there they cost a third more.
 */
function sessionSettings({ url, streams }: Loading): string[] {
  const isCrowded = isThisMachine(url) && streams >= availableParallelism();
  return [
    "synchronous_commit=off",
    "maintenance_work_mem=256MB",
    `max_parallel_maintenance_workers=${isCrowded ? 0 : 2}`,
    "statement_timeout=0",
    "lock_timeout=0",
  ];
}

/** Definitions first, then rows in parallel, then indexes and constraints in parallel. */
export async function loadSet(loading: Loading): Promise<{ skippedForeignKeys: number }> {
  await restoreFile(loading, fileOf(loading, "schema"), ["--section=pre-data"]);
  await loadRows(loading);
  return await finishSchema(loading);
}

async function loadRows(loading: Loading): Promise<void> {
  const data = loading.manifest.files
    .filter(({ kind }) => kind === "data" || kind === "large-objects")
    .sort((a, b) => b.bytes - a.bytes)
    .flatMap((file) => choicesOf(file, loading.selection).map((options) => ({ file, options })));
  const worker = async (): Promise<void> => {
    for (let next = data.shift(); next !== undefined; next = data.shift()) {
      loading.signal.throwIfAborted();
      await restoreFile(loading, next.file, ["--data-only", ...next.options]);
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: loading.streams }, () =>
      worker().catch((error: unknown) => {
        data.length = 0;
        throw error;
      }),
    ),
  );
  const failed = results.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** The runs of pg_restore that a data file needs: one for all of it, or one a schema for a part of it. */
function choicesOf(file: ManifestFile, selection: Selection | undefined): string[][] {
  if (selection === undefined) return [[]];
  const chosen = [...(file.tables ?? []), ...(file.sequences ?? [])].filter((table) => isSelected(table, selection));
  const schemas = [...new Set(chosen.map(({ schema }) => schema))];
  return schemas.map((schema) => [
    `--schema=${schema}`,
    ...chosen.filter((table) => table.schema === schema).map(({ name }) => `--table=${name}`),
  ]);
}

export function isSelected({ schema, name }: TableName, selection: Selection): boolean {
  return selection.schemas.includes(schema) || selection.tables.includes(`${schema}.${name}`);
}

/**
 * Indexes, constraints, triggers, refreshes. pg_restore works in parallel from a file only; the archive holds
 * definitions and no rows, and it goes to memory, never to a disk. Without such a place it is streamed.
 */
async function finishSchema(loading: Loading): Promise<{ skippedForeignKeys: number }> {
  const file = fileOf(loading, "schema");
  const directory = await scratchFolder(existsSync(MEMORY) ? MEMORY : tmpdir());
  try {
    const list = join(directory, "list");
    const foreignKeys = loading.selection === undefined ? undefined : await listWithoutForeignKeys(loading, file, list);
    const options = ["--section=post-data", ...(foreignKeys === undefined ? [] : [`--use-list=${list}`])];
    if (existsSync(MEMORY)) {
      const archive = join(directory, "schema.dump");
      await readFile(loading, file, [{ shell: `cat > ${shellWord(archive)}`, name: "cat" }]);
      await collectPipeline(
        [pgRestore(loading, [...options, `--jobs=${loading.streams}`, archive])],
        sessionOf(loading),
      );
    } else {
      await restoreFile(loading, file, options);
    }
    return { skippedForeignKeys: foreignKeys ?? 0 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Foreign keys of a partial restore point to rows that are not there. */
async function listWithoutForeignKeys(loading: Loading, file: ManifestFile, list: string): Promise<number> {
  const text = await readFile(loading, file, [drained([join(loading.binaries.directory, "pg_restore"), "--list"])]);
  const lines = text.split("\n");
  const kept = lines.filter((line) => !/^\d+; \d+ \d+ FK CONSTRAINT /.test(line));
  await writeFile(list, kept.join("\n"), { mode: 0o600 });
  return lines.length - kept.length;
}

function restoreFile(loading: Loading, file: ManifestFile, options: readonly string[]): Promise<string> {
  return readFile(loading, file, [drained(words(pgRestore(loading, options)))]);
}

function words(stage: Stage): readonly string[] {
  return "shell" in stage ? [stage.shell] : stage;
}

function pgRestore({ binaries, url }: Loading, options: readonly string[]): Stage {
  const { PGDATABASE = "" } = libpqEnvironment(url);
  return [join(binaries.directory, "pg_restore"), "--exit-on-error", `--dbname=${PGDATABASE}`, ...options];
}

function sessionOf(loading: Loading): { environment: Record<string, string>; signal: AbortSignal } {
  const environment = libpqEnvironment(loading.url);
  const options = [environment.PGOPTIONS ?? "", ...sessionSettings(loading).map((setting) => `-c ${setting}`)]
    .join(" ")
    .trim();
  return { environment: { ...environment, PGOPTIONS: options }, signal: loading.signal };
}

/** Sends one stored file through `stages`, decrypted, and returns what the last one writes. */
export function readFile(loading: Loading, file: ManifestFile, stages: readonly Stage[]): Promise<string> {
  return readingFile(loading, file, async (input) => {
    const options = { ...sessionOf(loading), input, secret: loading.identity };
    return (await collectPipeline([...opening(), ...stages], options)).text;
  });
}

/** Hands a stored file to `work` and believes its result only when every byte was the recorded one. */
export async function readingFile<T>(
  loading: Loading,
  file: ManifestFile,
  work: (input: Readable) => Promise<T>,
): Promise<T> {
  const key = `${layout(loading.prefix).set(loading.manifest.id)}${file.name}`;
  const body = await loading.store.download(key, file.versionId);
  const meter = new Meter(body, loading.onBytes);
  let result: T;
  try {
    result = await work(body);
  } catch (error) {
    throw new OperationFailure(`${file.name} could not be restored: ${messageOf(error)}`, { cause: error });
  }
  // age has authenticated the contents; this says that they are the contents that the manifest means.
  if (meter.bytes !== file.bytes || meter.digest() !== file.sha256) {
    throw new OperationFailure(`${file.name} is not the file that the manifest names: its hash or size differs`, {
      remedy: "Do not use what was restored from it. Take another set: ./thorbis backup list",
    });
  }
  return result;
}

export function fileOf({ manifest }: Pick<Loading, "manifest">, kind: "schema" | "roles"): ManifestFile {
  const file = manifest.files.find((candidate) => candidate.kind === kind);
  if (file === undefined) throw new OperationFailure(`the set ${manifest.id} has no ${kind} file`);
  return file;
}

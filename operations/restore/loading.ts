import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Meter } from "../backups/download.ts";
import type { Manifest, ManifestFile, TableName } from "../backups/manifest.ts";
import { collectPipeline, type Stage } from "../backups/pipeline.ts";
import { drained, opening } from "../backups/seal.ts";
import { layout } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";
import type { PostgresBinaries } from "../database/binaries.ts";
import { isThisMachine, libpqEnvironment } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";

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

export function isSelected({ schema, name }: TableName, selection: Selection): boolean {
  return selection.schemas.includes(schema) || selection.tables.includes(`${schema}.${name}`);
}

export function restoreFile(loading: Loading, file: ManifestFile, options: readonly string[]): Promise<string> {
  return readFile(loading, file, [drained(words(pgRestore(loading, options)))]);
}

function words(stage: Stage): readonly string[] {
  return "shell" in stage ? [stage.shell] : stage;
}

export function pgRestore({ binaries, url }: Loading, options: readonly string[]): Stage {
  const { PGDATABASE = "" } = libpqEnvironment(url);
  return [join(binaries.directory, "pg_restore"), "--exit-on-error", `--dbname=${PGDATABASE}`, ...options];
}

export function sessionOf(loading: Loading): { environment: Record<string, string>; signal: AbortSignal } {
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

import { join } from "node:path";
import type { Readable } from "node:stream";
import type { PostgresBinaries } from "../database/binaries.ts";
import type { BackupSettings } from "../settings.ts";
import { type FileSource, filesPipeline } from "./files.ts";
import type { ManifestFile, TableName } from "./manifest.ts";
import { type DataPart, pattern, planParts } from "./parts.ts";
import { type Stage, shellWord } from "./pipeline.ts";
import type { Source } from "./source.ts";

/** One file of a set: what writes it, and what its listing must show before it is believed. */
export interface Job {
  name: string;
  kind: ManifestFile["kind"];
  stages: readonly Stage[];
  /** For sources that are not a program. */
  input?: () => Readable;
  tables?: readonly TableName[];
  sequences?: readonly TableName[];
  /** Size of the source, for the order of work and the size of the parts; 0 when unknown. */
  bytes: number;
}

export interface JobContext {
  source: Source;
  settings: BackupSettings;
  binaries: PostgresBinaries;
  streams: number;
  fileSource: FileSource | undefined;
}

/** Every file of a set, the largest first; schema and roles are small and come last. */
export function planJobs(context: JobContext): Job[] {
  const { source, binaries, streams } = context;
  const dump = (...options: string[]): Stage => {
    const shared = ["--format=custom", "--compress=0", "--lock-wait-timeout=30s", `--snapshot=${source.snapshot}`];
    const words = [join(binaries.directory, "pg_dump"), ...shared, ...options].map(shellWord);
    // Left alone pg_dump writes 4 KiB at a time, and half of its time goes into these calls.
    return { shell: `stdbuf --output=64K ${words.join(" ")}`, name: "pg_dump" };
  };
  const parts = planParts(source.tables, source.sequences, streams).map(
    (part): Job => ({
      name: part.name,
      kind: "data",
      stages: [dump("--data-only", ...selection(part))],
      tables: part.tables,
      sequences: part.sequences,
      bytes: part.bytes,
    }),
  );
  const jobs: Job[] = [...parts];
  if (context.fileSource !== undefined) {
    jobs.unshift({ name: "files.tar.zst.age", kind: "files", bytes: 0, ...filesPipeline(context.fileSource) });
  }
  if (source.hasLargeObjects) {
    const stages = [dump("--data-only", "--blobs", "--exclude-table=*.*")];
    jobs.unshift({ name: "large-objects.dump.zst.age", kind: "large-objects", stages, bytes: 0 });
  }
  jobs.push(
    {
      name: "schema.dump.zst.age",
      kind: "schema",
      // Large objects are created by their own file, together with their contents.
      stages: [dump("--section=pre-data", "--section=post-data", "--no-blobs")],
      bytes: 0,
    },
    { name: "roles.sql.zst.age", kind: "roles", stages: [dumpRoles(context)], bytes: 0 },
  );
  return jobs;
}

function selection(part: DataPart): string[] {
  return [...part.tables, ...part.sequences].map((name) => `--table=${pattern(name)}`);
}

/** A managed server shows its verifiers to nobody: then the passwords come from the stack's secrets after a restore. */
function dumpRoles({ binaries, source }: JobContext): Stage {
  const program = join(binaries.directory, "pg_dumpall");
  return source.readsPasswords ? [program, "--roles-only"] : [program, "--roles-only", "--no-role-passwords"];
}

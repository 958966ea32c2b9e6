import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TableName } from "../backups/manifest.ts";
import { collectPipeline, shellWord } from "../backups/pipeline.ts";
import { drained } from "../backups/seal.ts";
import { fileOf, type Loading, pgRestore, readFile, restoreFile, sessionOf } from "./loading.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** The definitions of a set, restored before, between and after the rows. */
export interface Definitions {
  /** Types, functions, tables. */
  beforeRows(): Promise<void>;
  /** Indexes and keys of tables whose rows are there, beside the rows of others. */
  ofTables(tables: readonly TableName[]): Promise<void>;
  /** Whatever is left: foreign keys, triggers, refreshes. */
  afterRows(): Promise<{ skippedForeignKeys: number }>;
  remove(): Promise<void>;
}

const MEMORY = "/dev/shm";

/**
 * pg_restore chooses entries and works in parallel from a file only; the archive holds definitions and no rows, and it
 * goes to memory, never to a disk. Without such a place it is streamed, and indexes wait for the last rows.
 */
export async function openDefinitions(loading: Loading): Promise<Definitions> {
  const file = fileOf(loading, "schema");
  const directory = await scratchFolder(existsSync(MEMORY) ? MEMORY : tmpdir());
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    if (!existsSync(MEMORY)) return { ...streamed(loading, directory), remove };
    const archive = join(directory, "schema.dump");
    await readFile(loading, file, [{ shell: `cat > ${shellWord(archive)}`, name: "cat" }]);
    return { ...fromArchive(loading, directory, archive, await list(loading, archive)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function fromArchive(
  loading: Loading,
  directory: string,
  archive: string,
  listing: string,
): Omit<Definitions, "remove"> {
  const ownEntries = entriesByTable(listing);
  const done = new Set<string>();
  let lists = 0;
  const run = async (options: readonly string[]): Promise<void> => {
    await collectPipeline([pgRestore(loading, [...options, archive])], sessionOf(loading));
  };
  const runListed = async (lines: readonly string[], ...options: string[]): Promise<void> => {
    lists += 1;
    const path = join(directory, `list-${lists}`);
    await writeFile(path, `${lines.join("\n")}\n`, { mode: 0o600 });
    await run(["--section=post-data", `--use-list=${path}`, ...options]);
  };
  return {
    beforeRows: () => run(["--section=pre-data"]),
    async ofTables(tables) {
      const own = tables.flatMap((table) => ownEntries(table)).filter((entry) => !done.has(entry));
      if (own.length === 0) return;
      await runListed(own);
      for (const entry of own) done.add(entry);
    },
    async afterRows() {
      const { kept, skipped } = withoutForeignKeys(loading, listing);
      await runListed(
        kept.filter((entry) => !done.has(entry)),
        `--jobs=${loading.streams}`,
      );
      return { skippedForeignKeys: skipped };
    },
  };
}

function streamed(loading: Loading, directory: string): Omit<Definitions, "remove"> {
  const file = fileOf(loading, "schema");
  return {
    beforeRows: async () => void (await restoreFile(loading, file, ["--section=pre-data"])),
    ofTables: () => Promise.resolve(),
    async afterRows() {
      const program = join(loading.binaries.directory, "pg_restore");
      const listing = await readFile(loading, file, [drained([program, "--list"])]);
      const { kept, skipped } = withoutForeignKeys(loading, listing);
      const path = join(directory, "list");
      await writeFile(path, `${kept.join("\n")}\n`, { mode: 0o600 });
      await restoreFile(loading, file, ["--section=post-data", `--use-list=${path}`]);
      return { skippedForeignKeys: skipped };
    },
  };
}

async function list({ binaries, signal }: Loading, archive: string): Promise<string> {
  const program = join(binaries.directory, "pg_restore");
  return (await collectPipeline([[program, "--list", "--verbose", archive]], { signal })).text;
}

/** Foreign keys of a partial restore point to rows that are not there. */
function withoutForeignKeys({ selection }: Loading, listing: string): { kept: string[]; skipped: number } {
  const lines = listing.split("\n").filter((line) => ENTRY.test(line));
  const kept = selection === undefined ? lines : lines.filter((line) => !FOREIGN_KEY.test(line));
  return { kept, skipped: lines.length - kept.length };
}

/** @example "3220; 2606 34415 FK CONSTRAINT public orders orders_customer_fkey postgres" */
const ENTRY = /^(\d+); \d+ \d+ (.*)$/;
const FOREIGN_KEY = /^\d+; \d+ \d+ FK CONSTRAINT /;
const INDEX_OR_KEY = /^\d+; \d+ \d+ (INDEX|CONSTRAINT) (?!ATTACH )/;
/** @example ";	depends on: 3215 214 215" */
const DEPENDENCIES = /^;\s+depends on: (.+)$/;

/**
 * Entries of a verbose listing that need one table and nothing else: its indexes, its primary and unique keys. What
 * also needs a function, another table or another index waits for all of the rows, as pg_restore by itself has it.
 */
export function entriesByTable(listing: string): (table: TableName) => string[] {
  const lines = listing.split("\n");
  const tables = lines.flatMap((line) => {
    const [, id, entry] = ENTRY.exec(line) ?? [];
    return id !== undefined && entry?.startsWith("TABLE ") ? [{ id, entry }] : [];
  });
  const entries = lines.flatMap((line, index) =>
    INDEX_OR_KEY.test(line) ? [{ line, need: onlyNeed(lines[index + 1]) }] : [],
  );
  const own = Map.groupBy(entries, ({ need }) => need);
  return ({ schema, name }) => {
    const found = tables.filter(({ entry }) => entry.startsWith(`TABLE ${schema} ${name} `));
    // Names with spaces may read alike (schema "a b" with table "c", "a" with "b c"): then nobody can say whose they are.
    const [table] = found;
    return found.length === 1 && table !== undefined ? (own.get(table.id) ?? []).map(({ line }) => line) : [];
  };
}

/** The one entry on which another depends; undefined when there are several or none. */
function onlyNeed(dependencies: string | undefined): string | undefined {
  const needs = new Set(
    DEPENDENCIES.exec(dependencies ?? "")?.[1]
      ?.trim()
      .split(" "),
  );
  const [need] = needs;
  return needs.size === 1 ? need : undefined;
}

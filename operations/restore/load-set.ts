import type { ManifestFile } from "../backups/manifest.ts";
import { allOrNone, workers } from "../backups/workers.ts";
import { keepAutovacuumAway } from "./autovacuum.ts";
import { type Definitions, openDefinitions } from "./definitions.ts";
import { isSelected, type Loading, restoreFile, type Selection } from "./loading.ts";
import { analyzeTables } from "./statistics.ts";

/**
 * Definitions first, then rows in parallel, each table's indexes as soon as its rows are there, and at last what needs
 * several tables, in parallel.
 */
export async function loadSet(loading: Loading): Promise<{ skippedForeignKeys: number }> {
  const definitions = await openDefinitions(loading);
  try {
    await definitions.beforeRows();
    const letAutovacuum = await keepAutovacuumAway(loading.url);
    await loadRows(loading, definitions);
    await letAutovacuum();
    return await definitions.afterRows();
  } finally {
    await definitions.remove();
  }
}

async function loadRows(loading: Loading, definitions: Definitions): Promise<void> {
  const { signal, selection } = loading;
  const data = loading.manifest.files
    .filter(({ kind }) => kind === "data" || kind === "large-objects")
    .sort((a, b) => b.bytes - a.bytes);
  const loadingOne = workers(loading.streams);
  const failed = new AbortController();
  await allOrNone(data, failed, (file) =>
    loadingOne(async () => {
      for (const options of choicesOf(file, selection)) {
        failed.signal.throwIfAborted();
        signal.throwIfAborted();
        await restoreFile(loading, file, ["--data-only", ...options]);
      }
      // A part of a set may hold no rows of a table: nothing is built twice then, and nothing early.
      if (selection !== undefined || file.tables === undefined) return;
      await definitions.ofTables(file.tables);
      await analyzeTables(loading.url, file.tables);
    }),
  );
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

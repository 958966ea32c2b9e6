import type { TableName } from "./manifest.ts";
import type { SourceTable } from "./source.ts";

/** Tables that one pg_dump writes into one file. */
export interface DataPart {
  name: string;
  tables: readonly TableName[];
  sequences: readonly TableName[];
  /** About what the dump of its tables writes. */
  bytes: number;
}

const SMALLEST_PART = 64 * 1024 ** 2;
const PARTS_A_STREAM = 4;

/**
 * Divides the tables among files: a large table has one of its own, small ones share, so that no stream is left with
 * a long tail and no pg_dump is started for a few rows. Largest first: the longest part must not start last.
 */
export function planParts(
  tables: readonly SourceTable[],
  sequences: readonly TableName[],
  streams: number,
): DataPart[] {
  const total = tables.reduce((sum, { dumpBytes }) => sum + dumpBytes, 0);
  const target = Math.max(SMALLEST_PART, total / (streams * PARTS_A_STREAM));
  const groups: SourceTable[][] = [];
  let shared: SourceTable[] = [];
  let sharedBytes = 0;
  for (const table of [...tables].sort((a, b) => b.dumpBytes - a.dumpBytes)) {
    if (table.dumpBytes >= target / 2) {
      groups.push([table]);
      continue;
    }
    shared.push(table);
    sharedBytes += table.dumpBytes;
    if (sharedBytes >= target) {
      groups.push(shared);
      shared = [];
      sharedBytes = 0;
    }
  }
  if (shared.length > 0 || groups.length === 0) groups.push(shared);
  return groups
    .map((group) => ({ group, bytes: group.reduce((sum, { dumpBytes }) => sum + dumpBytes, 0) }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ group, bytes }, index, all) => ({
      name: `data-${String(index + 1).padStart(3, "0")}.dump.zst.age`,
      tables: group.map(({ schema, name }) => ({ schema, name })),
      // Sequences are a row each: they go with the smallest part.
      sequences: index === all.length - 1 ? sequences : [],
      bytes,
    }))
    .filter(({ tables: named, sequences: counted }) => named.length + counted.length > 0);
}

/** A name as pg_dump's patterns take it literally. */
export function pattern({ schema, name }: TableName): string {
  return `"${schema.replaceAll('"', '""')}"."${name.replaceAll('"', '""')}"`;
}

import { join } from "node:path";
import type { Readable } from "node:stream";
import type { PostgresBinaries } from "../database/binaries.ts";
import { OperationFailure } from "../failure.ts";
import { Meter } from "./download.ts";
import type { ManifestFile, TableName } from "./manifest.ts";
import { collectPipeline, type Stage } from "./pipeline.ts";
import { drained, opening, openingHead, wasTested } from "./seal.ts";

export type ExpectedFile = Pick<ManifestFile, "name" | "kind" | "bytes" | "sha256" | "tables" | "sequences">;

export interface CheckOptions {
  identity: string;
  binaries: PostgresBinaries;
  signal?: AbortSignal;
  onBytes?: (bytes: number) => void;
}

/**
 * Proves a stored file: its bytes are those that were sent, they decrypt, they decompress to the end and to what was
 * compressed, and the program that would restore it lists everything it must hold.
 * Returns the number of entries.
 */
export async function checkFile(body: Readable, expected: ExpectedFile, options: CheckOptions): Promise<number> {
  const fail = (reason: string): never => {
    throw new OperationFailure(`${expected.name} is damaged: ${reason}`, {
      remedy: "This set must not be relied on. Make a new backup now, and find out what changed the object.",
    });
  };
  const meter = new Meter(body, options.onBytes);
  const listing = await collectPipeline(readers(expected.kind, options.binaries), {
    input: body,
    secret: options.identity,
    ...(options.signal !== undefined && { signal: options.signal }),
  }).catch((error: unknown) => {
    throw new OperationFailure(
      `${expected.name} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      {
        remedy: "Either the object is damaged or the identity is not one of its recipients.",
        cause: error,
      },
    );
  });
  if (meter.bytes !== expected.bytes) fail(`it has ${meter.bytes} bytes, not ${expected.bytes}`);
  if (meter.digest() !== expected.sha256) fail("its SHA-256 is not the recorded one");
  if (isDump(expected.kind) && !wasTested(listing.notes)) fail("it does not decompress to what was compressed");
  const lines = listing.text.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  const missing = missingEntries(lines, expected);
  if (missing.length > 0) fail(`its listing lacks ${missing.slice(0, 5).join(", ")}`);
  return expected.kind === "files" ? Number(lines[0]) : lines.length;
}

function isDump(kind: ManifestFile["kind"]): boolean {
  return kind !== "roles" && kind !== "files";
}

function readers(kind: ManifestFile["kind"], binaries: PostgresBinaries): Stage[] {
  if (kind === "roles") return opening();
  // Only the number: the names of millions of attachments would not fit the memory.
  if (kind === "files") return [...opening(), drained(["tar", "--list", "--file=-"]), ["wc", "-l"]];
  return [...openingHead(), [join(binaries.directory, "pg_restore"), "--list"]];
}

/** @example line: "3389; 0 16402 TABLE DATA public orders postgres" */
function missingEntries(lines: readonly string[], { kind, tables = [], sequences = [] }: ExpectedFile): string[] {
  if (kind === "roles") {
    return lines.some((line) => line.includes("database cluster dump complete")) ? [] : ["its last line"];
  }
  const entries = lines.map((line) => line.replace(/^\d+; \d+ \d+ /, ""));
  const has = (type: string, { schema, name }: TableName): boolean =>
    entries.some((entry) => entry.startsWith(`${type} ${schema} ${name} `));
  return [
    ...tables.filter((table) => !has("TABLE DATA", table)).map(({ schema, name }) => `the rows of ${schema}.${name}`),
    ...sequences
      .filter((sequence) => !has("SEQUENCE SET", sequence))
      .map(({ schema, name }) => `the sequence ${schema}.${name}`),
    ...(kind === "large-objects" && !entries.some((entry) => entry.startsWith("BLOBS")) ? ["the large objects"] : []),
  ];
}

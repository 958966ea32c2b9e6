import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, OperationFailure } from "../failure.ts";
import { parseStatements, type Statement } from "./statements.ts";

/** Limits of one migration, as Postgres reads them: a number with a unit, such as `2s` or `10min`. */
export interface Timeouts {
  /** @default "5s" */
  lockTimeout: string;
  /** @default "10min" */
  statementTimeout: string;
  /** Whether the file itself states both; the linter asks for it where an existing table is locked. */
  stated: boolean;
}

export interface Migration {
  /** Digits before the first underscore of the file's name, as written. */
  version: string;
  description: string;
  file: string;
  up: readonly Statement[];
  down: readonly Statement[];
  timeouts: Timeouts;
  /** SHA-256 over the previous migration's checksum and this file with line endings normalised: a chain. */
  checksum: string;
}

const NAME = /^(\d{1,18})_([a-z0-9_]+)\.sql$/;
const HEADER = /^--\s*(description|lock_timeout|statement_timeout):\s*(.+?)\s*$/gm;
const UP = /^--\s*migrate:up\s*$/m;
const DOWN = /^--\s*migrate:down\s*$/m;
const DURATION = /^\d+(ms|s|min|h)$/;

/** Reads every migration of a directory in the order of their versions. Every error of every file is in one message. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw new OperationFailure(`the directory of migrations cannot be read: ${messageOf(error)}`, { exitCode: 2 });
  });
  const files = names.filter((name) => name.endsWith(".sql"));
  const problems = files.filter((name) => !NAME.test(name)).map((name) => `${name}: not named <version>_<name>.sql`);
  const ordered = files.filter((name) => NAME.test(name)).sort(byVersion);
  for (const [index, name] of ordered.entries()) {
    const previous = ordered[index - 1];
    if (previous !== undefined && byVersion(previous, name) === 0) {
      problems.push(`${name}: has the version of ${previous}`);
    }
  }
  const migrations: Migration[] = [];
  let chain = "";
  for (const name of ordered) {
    const text = normalise(await readFile(join(directory, name), "utf8"));
    chain = createHash("sha256").update(`${chain}\n${text}`).digest("hex");
    try {
      migrations.push({ ...(await parseMigration(name, text)), checksum: chain });
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (problems.length > 0) {
    throw new OperationFailure(`migrations in ${directory} are not well formed:\n  ${problems.join("\n  ")}`, {
      exitCode: 2,
      remedy: "Create files with `./thorbis db new <name>`: it writes the header and both parts.",
    });
  }
  return migrations;
}

async function parseMigration(file: string, text: string): Promise<Omit<Migration, "checksum">> {
  const up = UP.exec(text);
  const down = DOWN.exec(text);
  if (up === null) throw new Error("the line `-- migrate:up` is missing");
  if (down === null || down.index < up.index)
    throw new Error("the line `-- migrate:down` is missing after the up part");
  const headers = new Map([...text.slice(0, up.index).matchAll(HEADER)].map((match) => [match[1], match[2] ?? ""]));
  const description = headers.get("description");
  if (description === undefined) throw new Error("the line `-- description: …` is missing before `-- migrate:up`");
  const upStart = up.index + up[0].length;
  return {
    version: versionOf(file),
    description,
    file,
    up: await parseStatements(text.slice(upStart, down.index), lineAt(text, upStart)),
    down: await parseStatements(text.slice(down.index + down[0].length), lineAt(text, down.index + down[0].length)),
    timeouts: timeoutsOf(headers),
  };
}

function timeoutsOf(headers: ReadonlyMap<string | undefined, string>): Timeouts {
  const lock = headers.get("lock_timeout");
  const statement = headers.get("statement_timeout");
  for (const [name, value] of [
    ["lock_timeout", lock],
    ["statement_timeout", statement],
  ] as const) {
    if (value !== undefined && !DURATION.test(value))
      throw new Error(`${name}: ${value} is not a number with ms, s, min or h`);
  }
  return {
    lockTimeout: lock ?? "5s",
    statementTimeout: statement ?? "10min",
    stated: lock !== undefined && statement !== undefined,
  };
}

/** A byte-order mark and Windows line endings do not change a migration. */
function normalise(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

export function versionOf(file: string): string {
  return NAME.exec(file)?.[1] ?? "";
}

function byVersion(a: string, b: string): number {
  return compareVersions(versionOf(a), versionOf(b));
}

/** Versions are numbers: 9 comes before 10, 0010 equals 10. */
export function compareVersions(a: string, b: string): number {
  const left = BigInt(a);
  const right = BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

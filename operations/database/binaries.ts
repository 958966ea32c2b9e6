import { execFile } from "node:child_process";
import { constants, existsSync, readdirSync, realpathSync } from "node:fs";
import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type pg from "pg";
import { OperationFailure } from "../failure.ts";

const run = promisify(execFile);
const DEBIAN_ROOT = "/usr/lib/postgresql";

/** One installation of Postgres' own programs. */
export interface PostgresBinaries {
  /** @example "/usr/lib/postgresql/15/bin" */
  directory: string;
  major: number;
  /** @example "15.14" */
  version: string;
}

/** Installed versions, newest first: Debian's versioned directories, then whatever `pg_dump` stands on PATH. */
export async function installedBinaries(): Promise<PostgresBinaries[]> {
  const versioned = existsSync(DEBIAN_ROOT)
    ? readdirSync(DEBIAN_ROOT).map((name) => join(DEBIAN_ROOT, name, "bin"))
    : [];
  const onPath = (process.env.PATH ?? "").split(":");
  const candidates = [...versioned, ...onPath].filter((directory) => isInstallation(join(directory, "pg_dump")));
  const answers = await Promise.all(
    candidates.map(async (directory) => {
      const { stdout } = await run(join(directory, "pg_dump"), ["--version"]);
      return { directory, version: /(\d+)(\.\d+)*/.exec(stdout)?.[0] };
    }),
  );
  const found = new Map<number, PostgresBinaries>();
  for (const { directory, version } of answers) {
    const major = Number(version?.split(".")[0]);
    if (version !== undefined && !found.has(major)) found.set(major, { directory, major, version });
  }
  return [...found.values()].sort((a, b) => b.major - a.major);
}

/** Debian's wrapper on PATH only starts one of the versioned ones, and takes longer over it than they do. */
function isInstallation(program: string): boolean {
  return existsSync(program) && basename(realpathSync(program)) !== "pg_wrapper";
}

export interface ServerVersion {
  major: number;
  version: string;
}

export async function serverVersion(client: pg.ClientBase): Promise<ServerVersion> {
  const { rows } = await client.query<{ number: string; version: string }>(
    "SELECT current_setting('server_version_num') AS number, split_part(current_setting('server_version'), ' ', 1) AS version",
  );
  return { major: Math.floor(Number(rows[0]?.number ?? 0) / 10_000), version: rows[0]?.version ?? "unknown" };
}

/**
 * Programs that may dump a server of this version: the same major, or the nearest newer one. An older client writes
 * empty or aborted dumps, so it is refused before anything is read.
 */
export function binariesFor(installed: readonly PostgresBinaries[], server: ServerVersion): PostgresBinaries {
  const fitting = installed.filter(({ major }) => major >= server.major).sort((a, b) => a.major - b.major)[0];
  if (fitting === undefined) {
    const have = installed.map(({ version }) => version).join(", ") || "none";
    throw new OperationFailure(`the server runs Postgres ${server.version}, the installed clients are: ${have}`, {
      exitCode: 2,
      remedy: `Install postgresql-client-${server.major}: an older pg_dump writes empty or incomplete dumps of a newer server.`,
    });
  }
  return fitting;
}

/** Fails with a remedy when a program that a pipeline needs is absent. It is looked for, not started: that costs more. */
export async function requireProgram(name: string): Promise<void> {
  for (const directory of (process.env.PATH ?? "").split(":")) {
    const isThere = await access(join(directory, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new OperationFailure(`the program ${name} is not on this machine's PATH`, {
    exitCode: 2,
    remedy: `Install ${name} (Debian: apt-get install ${name}).`,
  });
}

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ServiceFailure } from "../failure.ts";

/** The programs of one major version of Postgres. */
export interface Installation {
  major: number;
  /** The directory of `postgres`, `initdb`, `psql`, `pg_dump`, `pg_restore`. */
  bin: string;
}

const DEBIAN = "/usr/lib/postgresql";
const HOMEBREW = ["/opt/homebrew/opt", "/usr/local/opt"];

export const INSTALL_POSTGRES =
  "sudo apt-get install --no-install-recommends postgresql (macOS: brew install postgresql@17), then start again";

/** Every major version whose server is installed, the newest first. */
export function findInstallations(roots: string[] = [DEBIAN]): Installation[] {
  const found = new Map<number, Installation>();
  for (const bin of candidates(roots)) {
    const major = serverMajor(bin);
    if (major !== undefined && !found.has(major)) found.set(major, { major, bin });
  }
  return [...found.values()].sort((left, right) => right.major - left.major);
}

/** The installation with this major version, or the newest. */
export function requireInstallation(installations: Installation[], major?: number): Installation {
  const [newest] = installations;
  if (!newest) throw new ServiceFailure("no Postgres server is installed", { remedy: INSTALL_POSTGRES });
  if (major === undefined) return newest;
  const exact = installations.find((installation) => installation.major === major);
  if (exact) return exact;
  const present = installations.map((installation) => installation.major).join(", ");
  throw new ServiceFailure(`Postgres ${major} is not installed; installed: ${present}`, {
    remedy: `sudo apt-get install --no-install-recommends postgresql-${major}`,
  });
}

function candidates(roots: string[]): string[] {
  const versioned = roots.flatMap((root) => list(root).map((version) => join(root, version, "bin")));
  const homebrew = HOMEBREW.flatMap((root) =>
    list(root)
      .filter((name) => name.startsWith("postgresql"))
      .map((name) => join(root, name, "bin")),
  );
  return [...versioned, ...homebrew, ...fromConfig()];
}

function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function fromConfig(): string[] {
  try {
    return [execFileSync("pg_config", ["--bindir"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()];
  } catch {
    // Not installed, which is the usual case on a machine without Postgres.
    return [];
  }
}

function serverMajor(bin: string): number | undefined {
  const server = join(bin, "postgres");
  if (!existsSync(server) || !existsSync(join(bin, "initdb"))) return undefined;
  try {
    // For example `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
    const version = execFileSync(server, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const major = Number(/\) (\d+)/.exec(version)?.[1]);
    return Number.isInteger(major) ? major : undefined;
  } catch {
    return undefined;
  }
}

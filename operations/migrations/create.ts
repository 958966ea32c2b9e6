import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OperationFailure } from "../failure.ts";
import { compareVersions, versionOf } from "./file.ts";

/** Writes a new, empty migration behind every existing one and returns its path. The version is the UTC time. */
export async function createMigration(directory: string, title: string, now: Date): Promise<string> {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (slug === "") throw new OperationFailure("a migration needs a name of letters or digits", { exitCode: 2 });
  await mkdir(directory, { recursive: true });
  const versions = (await readdir(directory)).map(versionOf).filter((version) => version !== "");
  const newest = versions.sort(compareVersions).at(-1) ?? "0";
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  // Two people in one second, or a clock behind the newest file: the order must still be the order of writing.
  const version = compareVersions(stamp, newest) > 0 ? stamp : String(BigInt(newest) + 1n);
  const path = join(directory, `${version}_${slug}.sql`);
  await writeFile(path, template(title.trim()), { flag: "wx" });
  return path;
}

function template(description: string): string {
  return [
    `-- description: ${description}`,
    "-- lock_timeout: 5s",
    "-- statement_timeout: 10min",
    "",
    "-- migrate:up",
    "",
    "-- migrate:down",
    "",
  ].join("\n");
}

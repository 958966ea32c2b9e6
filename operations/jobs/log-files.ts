import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Check } from "../verification/check.ts";

const DAY = 86_400_000;
/** @example "web.log.20261121T020000Z.gz" */
const ARCHIVE = /\.log\.(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.gz$/;

/** Packs every `*.log` of a directory (none below it: those belong to a server) and removes the archives that are older than the retention. */
export const rotateFiles = (directory: string, retentionDays: number, now: () => Date): Check => ({
  name: `log files in ${directory}`,
  remedy: "Look at the directory's rights and its free space, then repeat the job.",
  async run() {
    const files = await filesIn(directory);
    const logs = files.filter((file) => file.endsWith(".log"));
    let packed = 0;
    for (const log of logs) if (await pack(log, now())) packed += 1;
    const old = files.filter((file) => ageOf(file, now()) > retentionDays * DAY);
    for (const archive of old) await rm(archive, { force: true });
    return `${packed} packed, ${old.length} older than ${retentionDays} days removed`;
  },
});

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // Nothing was ever started here: there is nothing to rotate.
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(directory, entry.name));
}

/**
 * The writer keeps its file open and appends, so the file is emptied and not moved. An archive has its name only when
 * it is whole: a run that is killed leaves the log as it was.
 */
async function pack(log: string, now: Date): Promise<boolean> {
  const { size } = await stat(log);
  if (size === 0) return false;
  const archive = `${log}.${now.toISOString().replace(/[-:]|\.\d+/g, "")}.gz`;
  const partial = `${archive}.partial`;
  await pipeline(createReadStream(log), createGzip(), createWriteStream(partial, { mode: 0o600, flush: true }));
  await rename(partial, archive);
  await truncate(log, 0);
  return true;
}

/** Milliseconds since the archive was made, by its name; zero for every other file. */
function ageOf(file: string, now: Date): number {
  const parts = ARCHIVE.exec(file);
  if (parts === null) return 0;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return now.getTime() - Date.UTC(year, month - 1, day, hour, minute, second);
}

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../database/cluster.ts";

const PREFIX = "thorbis-restore-";

/**
 * A folder of this process's own below `parent`. Those of restores that were killed are removed first: the folder's name
 * carries the process that owned it, and the definitions in it are not encrypted.
 */
export async function scratchFolder(parent: string): Promise<string> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const owner = Number(name.slice(PREFIX.length).split("-")[0]);
    if (Number.isInteger(owner) && !isAlive(owner)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
}

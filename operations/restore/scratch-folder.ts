import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { abandonedFolders } from "../abandoned.ts";

const PREFIX = "thorbis-restore-";

/**
 * A folder of this process's own below `parent`. Those of restores that were killed are removed first: the definitions in
 * them are not encrypted.
 */
export async function scratchFolder(parent: string): Promise<string> {
  for (const folder of await abandonedFolders(parent, PREFIX)) await rm(folder, { recursive: true, force: true });
  return await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
}

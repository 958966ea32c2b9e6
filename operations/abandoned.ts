import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folders below `parent`, named `<prefix><process id>-…`, whose processes are gone: a run that was killed removes nothing. */
export async function abandonedFolders(parent: string, prefix: string): Promise<string[]> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  return names
    .filter((name) => {
      const owner = Number(name.slice(prefix.length).split("-")[0]);
      return Number.isInteger(owner) && !isAlive(owner);
    })
    .map((name) => join(parent, name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** File operations that survive a kill or a power cut at any moment. */
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import * as path from "node:path";

/** The text of a file, or `undefined` when there is none. */
export async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Either the old file or the whole new one is there afterwards, never a part. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(path.dirname(file));
}

/** What a killed process had not finished writing. Only for a folder that nobody else writes to now. */
export async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const leftovers = names.filter((name) => name.startsWith(prefix) && name.endsWith(".tmp"));
  await Promise.all(leftovers.map((name) => rm(path.join(folder, name), { force: true })));
}

/** Without it a rename or a new name may be lost, although the file's content is on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A second name for a file that is only ever replaced as a whole, so it costs no space and no writing; a copy where
 * the file system has no links.
 */
export async function keepCopy(file: string, copy: string): Promise<void> {
  await mkdir(path.dirname(copy), { recursive: true });
  await rm(copy, { force: true });
  try {
    await link(file, copy);
  } catch {
    await copyFile(file, copy);
  }
}

/** The files of an archive in the order in which Pulumi reads them: of a map, a folder, or an archive file. */
import { readdir, readFile, stat } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { unzipSync } from "fflate";
import { extract } from "tar-stream";
import { isArchive, isAsset, isMap, type PropertyMap } from "../values.ts";
import { contentOf } from "./asset-content.ts";
import type { TarEntry } from "./tar.ts";

/** Kept by Pulumi for itself, and in no archive. */
const bookkeeping = ".pulumi";

export const isArchiveFile = (path: string): boolean => /\.(?:tar|tgz|tar\.gz|zip|jar)$/.test(path);

export async function entriesOf(archive: PropertyMap, directory: string): Promise<TarEntry[]> {
  const { path, assets } = archive;
  if (typeof path === "string") return entriesAt(resolve(directory, path));
  if (!isMap(assets)) throw new Error("the archive has neither a path nor assets that are local");
  const entries: TarEntry[] = [];
  for (const name of sortedNames(Object.keys(assets))) {
    const value = assets[name];
    if (isAsset(value)) entries.push({ name, content: await contentOf(value, directory) });
    else if (isArchive(value))
      for (const entry of await entriesOf(value, directory))
        entries.push({ ...entry, name: posix.join(name, entry.name) });
  }
  return firstOfEachName(entries);
}

async function entriesAt(path: string): Promise<TarEntry[]> {
  if (isArchiveFile(path)) return entriesOfFile(path, await readFile(path));
  if ((await stat(path)).isDirectory()) return entriesBelow(path, "");
  throw new Error(`${path} is neither a folder nor an archive file (.tar, .tar.gz, .tgz, .zip, .jar)`);
}

/** A folder's names in order, each folder in the place of its own name; links lead to files, never to folders. */
async function entriesBelow(root: string, below: string): Promise<TarEntry[]> {
  const found = await readdir(resolve(root, below), { withFileTypes: true });
  const kinds = new Map(found.map((entry) => [entry.name, entry]));
  const entries: TarEntry[] = [];
  for (const base of sortedNames([...kinds.keys()])) {
    if (base === bookkeeping) continue;
    const name = posix.join(below, base);
    const path = resolve(root, name);
    if (kinds.get(base)?.isDirectory()) entries.push(...(await entriesBelow(root, name)));
    else if (!(await stat(path)).isDirectory()) entries.push({ name, content: await readFile(path) });
  }
  return entries;
}

async function entriesOfFile(path: string, content: Buffer): Promise<TarEntry[]> {
  if (/\.(?:zip|jar)$/.test(path)) return entriesOfZip(content);
  return entriesOfTar(path, path.endsWith(".tar") ? content : await promisify(gunzip)(content));
}

function entriesOfZip(content: Buffer): TarEntry[] {
  const names: string[] = [];
  const isFile = ({ name }: { name: string }) => !name.endsWith("/") && names.push(name) > 0;
  const files = unzipSync(content, { filter: isFile });
  return names.map((name) => ({ name: posix.normalize(name), content: Buffer.from(files[name] ?? []) }));
}

async function entriesOfTar(path: string, content: Buffer): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of Readable.from([content]).pipe(extract())) {
    const { name, type } = entry.header;
    if (type !== "directory" && type !== "file")
      throw new Error(`${path} holds a ${type ?? "part of unknown kind"}, ${name}: an archive has files and folders`);
    const read = await buffer(entry);
    if (type === "file") entries.push({ name: posix.normalize(name), content: read });
  }
  return entries;
}

/** A file that several of the parts hold is taken from the first of them. */
function firstOfEachName(entries: TarEntry[]): TarEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** By their bytes, as Go compares. */
const sortedNames = (names: string[]): string[] =>
  names.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

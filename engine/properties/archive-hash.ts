/**
 * The hash of an archive as Pulumi computes it: of the file itself where it is an archive file, else of a tar of its
 * entries in order of their names.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isArchive, isAsset, isMap, type PropertyMap } from "../values.ts";
import { contentOf } from "./asset-content.ts";

const archiveFile = /\.(?:tar|tgz|tar\.gz|zip|jar)$/;
const BLOCK = 512;

interface Entry {
  name: string;
  content: Buffer;
}

export async function archiveHash(archive: PropertyMap, directory: string): Promise<string> {
  const hash = createHash("sha256");
  const { path } = archive;
  if (typeof path === "string" && archiveFile.test(path)) hash.update(await readFile(resolve(directory, path)));
  else hash.update(tarOf(await entriesOf(archive, directory)));
  return hash.digest("hex");
}

async function entriesOf(archive: PropertyMap, directory: string): Promise<Entry[]> {
  const { path, assets } = archive;
  if (typeof path === "string") return filesBelow(resolve(directory, path));
  if (!isMap(assets)) throw new Error("the archive has neither a path nor assets that are local");
  const entries: Entry[] = [];
  for (const name of Object.keys(assets).sort()) {
    const value = assets[name];
    if (isAsset(value)) entries.push({ name, content: await contentOf(value, directory) });
    else if (isArchive(value))
      for (const entry of await entriesOf(value, directory)) entries.push({ ...entry, name: join(name, entry.name) });
  }
  return entries;
}

async function filesBelow(root: string): Promise<Entry[]> {
  if (!(await stat(root)).isDirectory()) throw new Error(`the archive ${root} is neither a folder nor an archive file`);
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const names = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  return Promise.all(names.map(async (name) => ({ name: name.slice(root.length + 1), content: await readFile(name) })));
}

/** A tar as Go writes it: mode 600, owner and time zero, the ustar format; longer names in an extended header. */
function tarOf(entries: Entry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, content } of entries) {
    if (Buffer.byteLength(name) > 100) {
      const record = extendedRecord("path", name);
      blocks.push(header(join("PaxHeaders.0", name).slice(0, 100), record.length, "x", 0), padded(record));
    }
    blocks.push(header(name.slice(0, 100), content.length, "0", 0o600), padded(content));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(blocks);
}

function padded(content: Buffer): Buffer {
  const size = Math.ceil(content.length / BLOCK) * BLOCK;
  return Buffer.concat([content, Buffer.alloc(size - content.length)]);
}

function extendedRecord(key: string, value: string): Buffer {
  const body = ` ${key}=${value}\n`;
  let size = Buffer.byteLength(body);
  while (size !== Buffer.byteLength(body) + String(size).length) size = Buffer.byteLength(body) + String(size).length;
  return Buffer.from(`${size}${body}`);
}

function header(name: string, size: number, type: string, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  block.write(name, 0, "utf8");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write(type, 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  octal(0, 329, 8);
  octal(0, 337, 8);
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/**
 * A tar, byte for byte as Go's archive/tar writes it for a name, a size and mode 600: its hash is an archive's identity.
 * The format is ustar; a name that ustar cannot hold stands in an extended header before it.
 */
import { posix } from "node:path";

export interface TarEntry {
  name: string;
  content: Buffer;
}

const BLOCK = 512;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

interface Header {
  name: Buffer;
  prefix?: Buffer;
  size: number;
  type: "0" | "x";
  mode: number;
  /** Go leaves the device's numbers out of an extended header. */
  withDevice: boolean;
}

export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, content }) => [...headersOf(name, content.length), padded(content)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function headersOf(name: string, size: number): Buffer[] {
  const bytes = Buffer.from(name);
  const file = { size, type: "0", mode: 0o600, withDevice: true } as const;
  if (isAscii(bytes)) {
    if (bytes.length <= NAME_SIZE) return [block({ ...file, name: bytes })];
    const split = splitInTwo(name);
    if (split !== undefined) return [block({ ...file, ...split })];
  }
  const record = extendedRecord("path", name);
  const { dir, base } = posix.parse(name);
  const placeholder = ascii(posix.join(dir, "PaxHeaders.0", base)).subarray(0, NAME_SIZE);
  const withoutSlash = Buffer.from(placeholder.toString().replace(/\/+$/, ""));
  return [
    block({ name: withoutSlash, size: record.length, type: "x", mode: 0, withDevice: false }),
    padded(record),
    block({ ...file, name: ascii(name).subarray(0, NAME_SIZE) }),
  ];
}

/** At the last slash that leaves both parts short enough, as ustar keeps long names. */
function splitInTwo(name: string): { prefix: Buffer; name: Buffer } | undefined {
  const slash = name.slice(0, PREFIX_SIZE + 1).lastIndexOf("/");
  const rest = name.length - slash - 1;
  if (slash <= 0 || rest > NAME_SIZE || rest === 0) return undefined;
  return { prefix: Buffer.from(name.slice(0, slash)), name: Buffer.from(name.slice(slash + 1)) };
}

const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80);

const ascii = (text: string): Buffer => Buffer.from(Buffer.from(text).filter((byte) => byte < 0x80));

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

function block({ name, prefix, size, type, mode, withDevice }: Header): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    bytes.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  name.copy(bytes);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write(type, 156, "latin1");
  bytes.write("ustar\x0000", 257, "latin1");
  if (withDevice) for (const at of [329, 337]) octal(0, at, 8);
  prefix?.copy(bytes, 345);
  bytes.fill(" ", 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}

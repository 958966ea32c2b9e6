/** `.env.local`: the variables of one app on this machine. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ServiceFailure } from "./failure.ts";
import { readIfPresent, writePrivate } from "./files.ts";

export interface EnvironmentEntry {
  name: string;
  value: string;
  /** What it is for, in a line. */
  description: string;
}

/** By this first line a file is known to be ours. */
const MARKER = "# Written by `./thorbis env pull`; what is changed here is overwritten by the next pull.";

export function environmentFile(entries: readonly EnvironmentEntry[], authorityPath: string): string {
  const head = [
    MARKER,
    "# The local services' certificates are signed by an authority of this machine. Node reads it only at its start:",
    `#   NODE_EXTRA_CA_CERTS=${authorityPath} pnpm dev`,
  ];
  const lines = entries.map(({ name, value, description }) => `\n# ${description}\n${name}=${quote(value)}`);
  return `${[...head, ...lines].join("\n")}\n`;
}

/** Writes the file with mode 600. One that somebody made by hand is refused. Resolves to whether it changed. */
export function writeEnvironmentFile(path: string, content: string): boolean {
  const present = readIfPresent(path);
  if (present === content) return false;
  if (present !== undefined && !present.startsWith(MARKER)) {
    throw new ServiceFailure(`${path} was made by hand and would be overwritten`, {
      remedy: "move it away, or keep your own values in .env.development.local, which is read after it",
      exitCode: 2,
    });
  }
  mkdirSync(dirname(path), { recursive: true });
  writePrivate(path, content);
  return true;
}

/** As dotenv and Next.js read it: single quotes keep everything; a quote or a line break inside needs double ones. */
function quote(value: string): string {
  if (/^[\w@%+=:,./?&-]*$/.test(value)) return value;
  if (!/['\n\r]/.test(value)) return `'${value}'`;
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("$", "\\$")}"`;
}

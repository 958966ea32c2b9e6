/**
 * Finds our own processes again, and only those. A pid alone says nothing (the system reuses it); a pid together with
 * the moment at which the process started and its command names one process for good.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./failure.ts";

export interface ProcessRecord {
  pid: number;
  /** Opaque: equal for the same process, different for every other one, also after a restart of the machine. */
  startedAt: string;
  /** The command line, its words joined by a blank. */
  command: string;
}

/** The environment variable that marks a process as ours; its value names the checkout and the service. */
export const MARKER = "THORBIS_SERVICE";

const LINUX = process.platform === "linux";

/** The live process with this pid; `undefined` when there is none (a zombie counts as none). */
export function findProcess(pid: number): ProcessRecord | undefined {
  return LINUX ? fromProc(pid) : fromPs(pid);
}

export function isAlive(record: ProcessRecord): boolean {
  const found = findProcess(record.pid);
  // A process that is ending has lost its command line before it is gone.
  return found?.startedAt === record.startedAt && (found.command === record.command || found.command === "");
}

/**
 * Processes that carry our marker although no record names them: we were killed between their start and the record.
 * Children that inherited the marker are left out.
 */
export function findMarked(value: string): ProcessRecord[] {
  if (!LINUX) return [];
  const wanted = `${MARKER}=${value}`;
  const found = new Map<number, ProcessRecord & { parent: number }>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = readProc(`/proc/${entry}/environ`);
    if (!environment?.split("\0").includes(wanted)) continue;
    const record = fromProc(Number(entry));
    if (record) found.set(record.pid, record);
  }
  return [...found.values()]
    .filter(({ parent }) => !found.has(parent))
    .map(({ pid, startedAt, command }) => ({ pid, startedAt, command }));
}

/**
 * Ends a process: `signal` first, SIGKILL when it has not gone after `graceMilliseconds`. The record is compared again
 * before every signal. Resolves to false when it had gone before.
 */
export async function endProcess(
  record: ProcessRecord,
  signal: NodeJS.Signals,
  graceMilliseconds = 10_000,
): Promise<boolean> {
  if (!send(record, signal)) return false;
  if (await gone(record, graceMilliseconds)) return true;
  send(record, "SIGKILL");
  await gone(record, 5_000);
  return true;
}

/** Sends a signal to this very process; false when it no longer exists. */
export function send(record: ProcessRecord, signal: NodeJS.Signals): boolean {
  if (!isAlive(record)) return false;
  try {
    process.kill(record.pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw error;
  }
}

/** Sends a signal to a process and to everything that it started: a stopped Postgres whose sessions go on is none. */
export function sendToFamily(record: ProcessRecord, signal: NodeJS.Signals): void {
  if (!send(record, signal)) return;
  for (const pid of descendants(record.pid)) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errorCode(error) !== "ESRCH") throw error;
    }
  }
}

function descendants(root: number): number[] {
  if (!LINUX) return [];
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const found = /^\d+$/.test(entry) ? fromProc(Number(entry)) : undefined;
    if (found) parents.set(found.pid, found.parent);
  }
  const family = new Set([root]);
  // A child may stand before its parent in the list: the rounds go on until none is added.
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  family.delete(root);
  return [...family];
}

async function gone(record: ProcessRecord, milliseconds: number): Promise<boolean> {
  for (let waited = 0, pause = 5; waited < milliseconds; waited += pause, pause = Math.min(pause * 2, 100)) {
    if (!isAlive(record)) return true;
    await sleep(pause);
  }
  return !isAlive(record);
}

function fromProc(pid: number): (ProcessRecord & { parent: number }) | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  const command = readProc(`/proc/${pid}/cmdline`);
  if (stat === undefined || command === undefined) return undefined;
  // The name in parentheses may itself hold blanks and parentheses: the fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent] = fields;
  const ticks = fields[19];
  if (state === "Z" || state === "X" || ticks === undefined) return undefined;
  const startedAt = `${bootId()}/${ticks}`;
  return { pid, startedAt, command: command.replace(/\0+$/, "").replaceAll("\0", " "), parent: Number(parent) };
}

function bootId(): string {
  return (readProc("/proc/sys/kernel/random/boot_id") ?? "").trim();
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Gone in the meantime, or another user's.
    return undefined;
  }
}

function fromPs(pid: number): ProcessRecord | undefined {
  try {
    const line = execFileSync("ps", ["-ww", "-o", "stat=,lstart=,command=", "-p", String(pid)], {
      encoding: "utf8",
    }).trim();
    // For example `Ss Sat Nov 21 11:23:04 2026 redis-server /x/redis.conf`.
    const match = /^(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (!match || match[1]?.startsWith("Z")) return undefined;
    return { pid, startedAt: match[2] ?? "", command: match[3] ?? "" };
  } catch {
    return undefined;
  }
}

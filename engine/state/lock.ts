/**
 * A stack's lock: a file that names its owner. The Pulumi CLI's four fields are among them, so each respects the
 * other's. A lock whose owner is certainly gone is taken over; any other is refused with the owner named.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { StateError } from "./errors.ts";

interface LockOwner {
  pid: number;
  username: string;
  hostname: string;
  /** RFC 3339. */
  timestamp: string;
  /** Ours: what the owner is doing, and when its process started, since process ids are used again. */
  command?: string;
  started?: string;
}

export interface HeldLock {
  /** What was taken over, for people. */
  notices: string[];
  release(): Promise<void>;
}

export async function acquireLock(folder: string, command: string): Promise<HeldLock> {
  await mkdir(folder, { recursive: true });
  const notices = await takeOverDead(folder);
  const file = path.join(folder, `${randomUUID()}.json`);
  const owner: LockOwner = {
    pid: process.pid,
    username: os.userInfo().username,
    hostname: os.hostname(),
    timestamp: new Date().toISOString(),
    command,
    started: await startOf(process.pid),
  };
  const handle = await open(file, "wx");
  await handle.writeFile(JSON.stringify(owner));
  await handle.sync();
  await handle.close();
  const release = (): Promise<void> => rm(file, { force: true });
  try {
    // Somebody may have come between the look and the lock: then both give way, as the CLI does.
    refuse(await others(folder, file));
  } catch (error) {
    await release();
    throw error;
  }
  return { notices, release };
}

async function takeOverDead(folder: string): Promise<string[]> {
  const notices: string[] = [];
  const alive: [string, LockOwner][] = [];
  for (const [file, owner] of await others(folder, undefined)) {
    if (!(await isDead(owner))) {
      alive.push([file, owner]);
      continue;
    }
    await rm(file, { force: true });
    notices.push(`took over the lock of ${describe(owner)}: that process no longer runs`);
  }
  refuse(alive);
  return notices;
}

function refuse(locks: [string, LockOwner][]): void {
  if (locks.length === 0) return;
  const lines = locks.map(([file, owner]) => `  ${describe(owner)}\n    ${file}`);
  throw new StateError(
    `The stack is locked by:\n${lines.join("\n")}`,
    1,
    "Wait for it to end. If that process is certainly gone, delete the file.",
  );
}

function describe(owner: LockOwner): string {
  const command = owner.command ? `, ${owner.command}` : "";
  return `${owner.username}@${owner.hostname} (pid ${owner.pid}${command}) since ${owner.timestamp}`;
}

async function others(folder: string, own: string | undefined): Promise<[string, LockOwner][]> {
  const found: [string, LockOwner][] = [];
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!name.endsWith(".json") || file === own) continue;
    const owner = await ownerOf(file);
    if (owner) found.push([file, owner]);
  }
  return found;
}

/** `undefined` when the lock was released meanwhile. A file that names nobody still is a lock. */
async function ownerOf(file: string): Promise<LockOwner | undefined> {
  const unknown: LockOwner = { pid: 0, username: "unknown", hostname: "unknown", timestamp: "an unknown time" };
  try {
    return { ...unknown, ...JSON.parse(await readFile(file, "utf8")) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : unknown;
  }
}

async function isDead(owner: LockOwner): Promise<boolean> {
  if (owner.hostname !== os.hostname() || owner.pid <= 0) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const started = await startOf(owner.pid);
  return owner.started !== undefined && owner.started !== "" && started !== "" && owner.started !== started;
}

/** Identifies a process among all that ever had its id: the boot and the clock tick of its start; Linux only. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, which may hold blanks.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    return `${boot} ${ticks}`;
  } catch {
    return "";
  }
}

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { findProcess } from "./processes.ts";

const LISTENING = "0A";

/**
 * Who listens on a loopback port, for a message: `process 123 (nginx: master process)`. `undefined` where the system
 * does not tell (another user's process, or no /proc).
 */
export function describePortOwner(port: number): string | undefined {
  const inode = listeningInode(port);
  if (inode === undefined) return undefined;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    if (!holdsSocket(pid, inode)) continue;
    const command = findProcess(Number(pid))?.command;
    return `process ${pid}${command ? ` (${command.slice(0, 80)})` : ""}`;
  }
  return undefined;
}

function listeningInode(port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let content: string;
    try {
      content = readFileSync(table, "utf8");
    } catch {
      continue;
    }
    for (const line of content.split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(wanted) && fields[3] === LISTENING) return fields[9];
    }
  }
  return undefined;
}

function holdsSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

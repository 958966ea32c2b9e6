/**
 * Who writes to a world's log, and when one of them may rewrite it. A writer first registers and then looks for a
 * rewriting under way; a rewriter first announces itself and then looks for other writers. So whichever order two
 * processes come in, one of them sees the other. What a killed process left behind is recognised by its dead pid.
 */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const rewritingWaitMilliseconds = 5;

export interface Writer {
  /** Runs `rewrite` when no other process writes to this log, and answers whether it did. */
  whileAlone(rewrite: () => void): boolean;
  leave(): void;
}

export function registerWriter(directory: string): Writer {
  const folder = join(directory, "writers");
  mkdirSync(folder, { recursive: true });
  const name = `${process.pid}.${randomBytes(4).toString("hex")}`;
  const registered = join(folder, name);
  writeFileSync(registered, "", { mode: 0o600 });
  const announcement = join(directory, "rewriting");
  while (isAnnounced(announcement)) pause(rewritingWaitMilliseconds);
  return {
    whileAlone(rewrite) {
      if (!announce(announcement)) return false;
      try {
        if (others(folder, name).length > 0) return false;
        rewrite();
        return true;
      } finally {
        rmSync(announcement, { force: true });
      }
    },
    leave: () => rmSync(registered, { force: true }),
  };
}

function others(folder: string, own: string): string[] {
  return readdirSync(folder).filter((name) => {
    if (name === own) return false;
    if (isAlive(Number.parseInt(name, 10))) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

/** Linked into place with its content: nobody reads an announcement without the pid. */
function announce(path: string): boolean {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, String(process.pid), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function isAnnounced(path: string): boolean {
  try {
    if (isAlive(Number.parseInt(readFileSync(path, "utf8"), 10))) return true;
    rmSync(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

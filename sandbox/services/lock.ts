import { randomUUID } from "node:crypto";
import { linkSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, ServiceFailure } from "./failure.ts";
import { readIfPresent } from "./files.ts";
import { findProcess, isAlive, type ProcessRecord } from "./processes.ts";

/**
 * Runs `work` while no other command of this checkout starts or stops services. The lock of a command that was killed
 * is taken over: it names its process.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMilliseconds = 60_000): Promise<T> {
  const own = findProcess(process.pid);
  // Two deployments of one process may want it at the same time.
  const candidate = `${path}.${randomUUID()}`;
  writeFileSync(candidate, JSON.stringify(own), { mode: 0o600 });
  try {
    await acquire(path, candidate, waitMilliseconds);
  } finally {
    rmSync(candidate, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function acquire(path: string, candidate: string, waitMilliseconds: number): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    try {
      // A link appears with its content, so that nobody ever reads an empty lock.
      linkSync(candidate, path);
      return;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const holder = readHolder(path);
    if (!holder || !isAlive(holder)) {
      rmSync(path, { force: true });
      continue;
    }
    if (waited >= waitMilliseconds) {
      throw new ServiceFailure(`another command starts or stops the local services (process ${holder.pid})`, {
        remedy: "wait until it has ended",
      });
    }
    await sleep(100);
  }
}

function readHolder(path: string): ProcessRecord | undefined {
  const content = readIfPresent(path);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

import { randomUUID } from "node:crypto";
import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "./account.ts";
import { errorCode, ServiceFailure } from "./failure.ts";

/** A fresh Postgres cluster takes 40 MB, its first write-ahead segments 32 MB more. */
const NEEDED_BYTES = 150_000_000;

/** Makes a directory that only its owner can enter. */
export function privateDirectory(path: string, owner?: Account): void {
  guardSpace(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  if (owner) chownSync(path, owner.uid, owner.gid);
}

/** Writes a file of mode 600 so that a reader sees the old content or the new, never half of it. */
export function writePrivate(path: string, content: string, owner?: Account): void {
  const temporary = `${path}.${randomUUID()}`;
  guardSpace(path, () => {
    try {
      writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
      if (owner) chownSync(temporary, owner.uid, owner.gid);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Refuses before anything is written: a service that runs out of disk while it starts leaves half of its files. */
export function requireSpace(
  path: string,
  statfs: (path: string) => { bavail: number; bsize: number } = statfsSync,
): void {
  const { bavail, bsize } = statfs(path);
  const free = bavail * bsize;
  if (free < NEEDED_BYTES)
    throw diskFull(path, `${Math.floor(free / 1e6)} MB are free, ${NEEDED_BYTES / 1e6} MB are needed`);
}

function guardSpace(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOSPC" || code === "EDQUOT") throw diskFull(dirname(path), "no space is left", error);
    throw error;
  }
}

export function diskFull(path: string, detail: string, cause?: unknown): ServiceFailure {
  return new ServiceFailure(`the disk of ${path} is full: ${detail}`, {
    remedy:
      "free some space (`./thorbis local status` shows what each service uses), then start again; nothing was deleted",
    cause,
  });
}

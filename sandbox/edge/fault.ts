import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfPresent, writePrivate } from "../services/files.ts";
import { type EdgeResponse, respond } from "./request.ts";

/** A failure that somebody asked for, until it ends by itself. */
export interface EdgeFault {
  kind: "slow" | "break";
  /** Milliseconds since 1970. */
  until: number;
  delayMilliseconds: number;
}

export const setFault = (path: string, fault: EdgeFault): void => writePrivate(path, JSON.stringify(fault));

export const clearFault = (path: string): void => rmSync(path, { force: true });

/** Looks for an injected failure at most ten times a second: the file is not read for every request. */
export function faultReader(path: string): () => Promise<EdgeResponse | undefined> | undefined {
  let current: EdgeFault | undefined;
  let readAt = 0;
  return () => {
    const now = Date.now();
    if (now - readAt >= 100) {
      readAt = now;
      current = existsSync(path) ? parse(readIfPresent(path)) : undefined;
    }
    return current && current.until > now ? injure(current) : undefined;
  };
}

async function injure({ kind, delayMilliseconds }: EdgeFault): Promise<EdgeResponse | undefined> {
  if (kind === "break")
    return respond(500, "FUNCTION_INVOCATION_FAILED\n", { "X-Vercel-Error": "FUNCTION_INVOCATION_FAILED" });
  await sleep(delayMilliseconds);
  return undefined;
}

function parse(content: string | undefined): EdgeFault | undefined {
  try {
    return content === undefined ? undefined : JSON.parse(content);
  } catch {
    // It was just being replaced.
    return undefined;
  }
}

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Account } from "./account.ts";
import { errorCode, ServiceFailure } from "./failure.ts";
import { findProcess, MARKER, type ProcessRecord } from "./processes.ts";

/** How a service's process is started. */
export interface Launch {
  command: string;
  args: string[];
  cwd: string;
  /** The whole environment: nothing is inherited but PATH and the locale, so that no secret of the caller gets in. */
  environment: Record<string, string>;
  account?: Account | undefined;
  /** The value of {@link MARKER}. */
  marker: string;
  /** Standard output and error are appended here. */
  log: string;
}

const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME"];

/** Starts a process that outlives us, and returns what identifies it. */
export function launch(request: Launch): Promise<ProcessRecord> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const log = openSync(request.log, "a", 0o600);
  // Some servers make files that everybody may read, unless the mask that they inherit forbids it.
  const mask = process.umask(0o077);
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: { ...Object.fromEntries(inherited), ...request.environment, [MARKER]: request.marker },
    detached: true,
    stdio: ["ignore", log, log],
    ...(request.account && { uid: request.account.uid, gid: request.account.gid }),
  });
  process.umask(mask);
  closeSync(log);
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(
        new ServiceFailure(`${request.command} could not be started: ${errorCode(cause) ?? cause.message}`, { cause }),
      );
    });
    child.once("spawn", () => {
      child.unref();
      const record = child.pid === undefined ? undefined : findProcess(child.pid);
      if (record) resolve(record);
      else
        reject(new ServiceFailure(`${request.command} ended at once`, { remedy: `its output is in ${request.log}` }));
    });
  });
}

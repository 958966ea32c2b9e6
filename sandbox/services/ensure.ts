/** The local cloud of one stack as a whole: what a deployment to the sandbox needs around it. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { localBackings } from "../backing/all.ts";
import type { Backing } from "../backing.ts";
import { type LocalSettings, localServices } from "./catalogue.ts";
import { type LocalEndpoints, localEndpoints } from "./endpoints.ts";
import { layoutOf } from "./layout.ts";
import { createSupervisor, type Progress } from "./supervisor.ts";

export interface LocalCloud {
  /** For `openSandbox({ backings })`. */
  backings: Backing[];
  endpoints: LocalEndpoints;
  /** After a deployment: starts what it declared (workers, caches), stops what it no longer does. */
  settle(): Promise<void>;
}

/**
 * Starts the services that a deployment of `stack` needs, in parallel, and resolves when all of them answer. With
 * everything running it takes as long as asking each of them once.
 */
export async function ensureServices(options: {
  root: string;
  stack: string;
  settings?: LocalSettings;
  report?: (progress: Progress) => void;
}): Promise<LocalCloud> {
  const layout = layoutOf(options.root, options.stack);
  const open = () => createSupervisor(layout, localServices(layout, options.settings), options.report);
  await open().start();
  return {
    backings: await localBackings(open(), options.settings),
    endpoints: localEndpoints(layout),
    settle: () => open().start(),
  };
}

/** The end of a `destroy`: every process, port and file of the stack's services is gone. */
export async function removeServices(options: {
  root: string;
  stack: string;
  report?: (progress: Progress) => void;
}): Promise<void> {
  const layout = layoutOf(options.root, options.stack);
  await createSupervisor(layout, localServices(layout), options.report).reset();
  const local = dirname(layout.directory);
  const rest = existsSync(local) ? readdirSync(local, { withFileTypes: true }) : [];
  const shared = new Set([layout.authority, layout.venv].map((path) => basename(path)));
  // The emulator's programs are an installation, like node_modules; the authority goes with the last stack.
  if (rest.some((entry) => entry.isDirectory() && !shared.has(entry.name))) return;
  rmSync(layout.authority, { recursive: true, force: true });
}

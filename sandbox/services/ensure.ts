/** The local cloud of one stack as a whole: what a deployment to the sandbox needs around it. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Backing } from "../backing.ts";
import { type LocalSettings, localServices } from "./catalogue.ts";
import { type LocalEndpoints, localEndpoints } from "./endpoints.ts";
import { layoutOf } from "./layout.ts";
import { createSupervisor, type Progress, type Supervisor } from "./supervisor.ts";

interface Place {
  root: string;
  stack: string;
  settings?: LocalSettings;
  report?: (progress: Progress) => void;
}

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
export async function ensureServices(place: Place): Promise<LocalCloud> {
  await keepServices(place);
  // Loaded only now: their clients are most of what the local cloud could load, and most commands ask for none.
  const { localBackings } = await import("../backing/all.ts");
  const layout = layoutOf(place.root, place.stack);
  return {
    backings: await localBackings(supervisorOf(place), place.settings, place.report),
    endpoints: localEndpoints(layout),
    settle: () => keepServices(place),
  };
}

/** What is declared runs and answers, what is declared no more is stopped. */
export const keepServices = (place: Place): Promise<void> => supervisorOf(place).start();

/** Opened anew each time: a deployment changes what is declared. */
function supervisorOf({ root, stack, settings, report }: Place): Supervisor {
  const layout = layoutOf(root, stack);
  return createSupervisor(layout, localServices(layout, settings), report);
}

/** The end of a `destroy`: every process, port and file of the stack's services is gone. */
export async function removeServices(options: Omit<Place, "settings">): Promise<void> {
  const layout = layoutOf(options.root, options.stack);
  await supervisorOf(options).reset();
  const local = dirname(layout.directory);
  const rest = existsSync(local) ? readdirSync(local, { withFileTypes: true }) : [];
  const shared = new Set([layout.authority, layout.venv].map((path) => basename(path)));
  // The emulator's programs are an installation, like node_modules; the authority goes with the last stack.
  if (rest.some((entry) => entry.isDirectory() && !shared.has(entry.name))) return;
  rmSync(layout.authority, { recursive: true, force: true });
}

/** The local cloud that a stack of this project is applied to: one world for all stacks, as one account holds them. */
import * as path from "node:path";
import type { Project } from "../../engine/config/project.ts";
import type { DeploymentRequest, DeploymentResult } from "../../engine/deployment/request.ts";
import type { ProviderSource } from "../../engine/provider.ts";
import { readFaults } from "../../sandbox/faults.ts";
import { openSandbox } from "../../sandbox/source.ts";
import { printProgress } from "../local/display.ts";
import type { Session } from "./session.ts";
import { localStack } from "./target.ts";

export const worldFolder = (project: Project): string => path.join(project.directory, ".thorbis", "sandbox");

/** Real services stand behind the developer's own stack of this product, and behind no other. */
const hasRealServices = ({ project, stack }: Session, wanted: boolean): boolean =>
  wanted && project.name === "thorbis" && stack === localStack;

export interface StackSandbox {
  source: ProviderSource;
  /** After a run that changed something: starts what it declared, or removes everything once the stack is gone. */
  settle(command: DeploymentRequest["command"], result: DeploymentResult): Promise<void>;
  close(): Promise<void>;
}

export interface SandboxNeeds {
  /** Resources are made, changed, deleted or read: a look at the program alone asks no service anything. */
  touches: boolean;
  /** False for the simulated world alone. */
  services: boolean;
}

/** `THORBIS_SANDBOX_FAULTS` names a file of faults, for tests; the sandbox's plugins read the same. */
export async function openStackSandbox(session: Session, { touches, services }: SandboxNeeds): Promise<StackSandbox> {
  const faults = process.env.THORBIS_SANDBOX_FAULTS;
  const cloud = touches && hasRealServices(session, services) ? await startServices(session) : undefined;
  const sandbox = await openSandbox({
    directory: worldFolder(session.project),
    ...(faults && { faults: readFaults(faults) }),
    ...(cloud && { backings: cloud.backings }),
  });
  return {
    source: sandbox.source,
    settle: async (command, { succeeded, snapshot }) => {
      if (!cloud) return;
      if (command !== "destroy") await cloud.settle();
      else if (succeeded && snapshot.resources.length === 0) await cloud.remove();
    },
    close: () => sandbox.close(),
  };
}

/** Starts what does not run; with everything running it asks each service once. */
export async function startServices({ project, stack }: Session) {
  // Loaded only now: the services' clients are most of what the command line could load.
  const { ensureServices, removeServices } = await import("../../sandbox/services/ensure.ts");
  const place = { root: project.directory, stack, report: printProgress };
  const { backings, settle } = await ensureServices(place);
  return { backings, settle, remove: () => removeServices(place) };
}

/** The services of a stack in which nothing is to be changed still have to run: that is what `up` is for. */
export async function keepServicesRunning(session: Session, services: boolean): Promise<void> {
  if (!hasRealServices(session, services)) return;
  const { keepServices } = await import("../../sandbox/services/ensure.ts");
  await keepServices({ root: session.project.directory, stack: session.stack, report: printProgress });
}

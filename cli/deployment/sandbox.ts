/** The local cloud that a stack of this project is applied to: one world for all stacks, as one account holds them. */
import * as path from "node:path";
import type { Project } from "../../engine/config/project.ts";
import { readFaults } from "../../sandbox/faults.ts";
import { openSandbox, type Sandbox } from "../../sandbox/source.ts";

export const worldFolder = (project: Project): string => path.join(project.directory, ".thorbis", "sandbox");

/** `THORBIS_SANDBOX_FAULTS` names a file of faults, for tests; the sandbox's plugins read the same. */
export function openProjectSandbox(project: Project): Promise<Sandbox> {
  const faults = process.env.THORBIS_SANDBOX_FAULTS;
  return openSandbox({ directory: worldFolder(project), ...(faults && { faults: readFaults(faults) }) });
}

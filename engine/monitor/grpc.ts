import type { Deployment } from "../deployment/deployment.ts";
import type { RunningProgram } from "../deployment/program.ts";
import type { ResourceMonitor } from "./monitor.ts";
export async function startOverGrpc(_deployment: Deployment, _monitor: ResourceMonitor): Promise<RunningProgram> {
  throw new Error("later");
}

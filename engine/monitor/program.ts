/** Starts the program over the transport that was asked for. */
import type { Deployment } from "../deployment/deployment.ts";
import type { ProgramEvents, RunningProgram } from "../deployment/program.ts";
import { ResourceMonitor } from "./monitor.ts";

export async function startProgram(deployment: Deployment, queue: ProgramEvents): Promise<RunningProgram> {
  const monitor = new ResourceMonitor(deployment, queue);
  // Loaded when wanted: each brings in what the other does not need.
  if (deployment.request.program.transport === "grpc") {
    const { startOverGrpc } = await import("./grpc.ts");
    return startOverGrpc(deployment, monitor);
  }
  const { startInProcess } = await import("./in-process.ts");
  return startInProcess(deployment, monitor);
}

import { spawn } from "node:child_process";
import { workerCommand } from "../../sandbox/reference/service.ts";
import type { Layout } from "../../sandbox/services/layout.ts";

/** Asks as the container's own health check does: in a process of its own, with the worker's variables. */
export async function showWorkerHealth(layout: Layout): Promise<void> {
  const { command, args, environment } = workerCommand(layout, "health");
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment }, stdio: "inherit" });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

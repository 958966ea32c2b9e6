import type { Progress } from "../../sandbox/services/supervisor.ts";

/** To the error stream, so that what a command answers can be read by another program. */
export function printProgress({ service, phase, milliseconds }: Progress): void {
  if (phase === "starting" && !process.stderr.isTTY) return;
  const time = phase === "starting" ? "" : `${(milliseconds / 1000).toFixed(1).padStart(5)} s`;
  process.stderr.write(`${phase.padEnd(9)} ${service.padEnd(24)}${time}\n`);
}

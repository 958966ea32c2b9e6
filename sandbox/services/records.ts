import { existsSync, readdirSync, rmSync } from "node:fs";
import { readIfPresent, writePrivate } from "./files.ts";
import type { Layout } from "./layout.ts";
import { endProcess, findMarked, isAlive, type ProcessRecord } from "./processes.ts";

/**
 * The running process of a service: the recorded one, or one that carries our marker although no record names it
 * (we were killed between its start and its record). `undefined` when it does not run.
 */
export function runningProcess(layout: Layout, name: string): ProcessRecord | undefined {
  const { record, marker } = layout.service(name);
  const recorded = readRecord(record);
  if (recorded && isAlive(recorded)) return recorded;
  const [orphan] = findMarked(marker);
  if (orphan) writePrivate(record, `${JSON.stringify(orphan)}\n`);
  return orphan;
}

/** The services whose processes were recorded, whatever is declared by now. */
export function recordedServices(layout: Layout): string[] {
  if (!existsSync(layout.directory)) return [];
  const ending = ".process.json";
  const files = readdirSync(layout.directory).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length));
}

export function recordProcess(layout: Layout, name: string, process: ProcessRecord): void {
  writePrivate(layout.service(name).record, `${JSON.stringify(process)}\n`);
}

/** Ends the service's process, if it runs, and forgets it. Resolves to whether it ran. */
export async function endService(layout: Layout, name: string, signal: NodeJS.Signals): Promise<boolean> {
  const running = runningProcess(layout, name);
  if (running) await endProcess(running, signal);
  rmSync(layout.service(name).record, { force: true });
  return running !== undefined;
}

function readRecord(path: string): ProcessRecord | undefined {
  const content = readIfPresent(path);
  if (content === undefined) return undefined;
  try {
    const value: Partial<ProcessRecord> = JSON.parse(content);
    const { pid, startedAt, command } = value;
    return pid !== undefined && startedAt !== undefined && command !== undefined
      ? { pid, startedAt, command }
      : undefined;
  } catch {
    // Not ours, or damaged: the marker still finds the process.
    return undefined;
  }
}

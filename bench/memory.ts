/** What a process and all that it started hold in memory, from /proc: shared pages count once (proportional set size). */
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MILLISECONDS = 150;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended meanwhile.
    return "";
  }
}

function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // The name of the program stands in parentheses and may hold anything.
    const fields = read(`/proc/${name}/stat`).split(") ").at(-1)?.split(" ") ?? [];
    parents.set(Number(name), Number(fields[1]));
  }
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return [...found];
}

const megabytesOf = (process: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${process}/smaps_rollup`))?.[1] ?? 0) / 1024;

/** @returns `stop`, which answers with the most that was seen, in MB */
export function watchMemory(root: number): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(
      most,
      family(root).reduce((sum, process) => sum + megabytesOf(process), 0),
    );
  }, EVERY_MILLISECONDS);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.round(most);
    },
  };
}

/** Processor time of programs, from /proc: what a machine has to do, however long it takes over it. */
import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second whatever the kernel's own clock. */
const TICKS_A_SECOND = 100;

interface Times {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for, with theirs. */
  ended: number;
}

function timesOf(pid: number | string): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program stands in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS_A_SECOND);
    return {
      parent: Number(fields[1]),
      own: (user ?? 0) + (system ?? 0),
      ended: (endedUser ?? 0) + (endedSystem ?? 0),
    };
  } catch {
    return undefined;
  }
}

/** Seconds of a server and of its children, living and ended. */
export function serverSeconds(pid: number): number {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(timesOf)
    .filter((times) => times?.parent === pid);
  const server = timesOf(pid);
  return (server?.own ?? 0) + (server?.ended ?? 0) + children.reduce((sum, times) => sum + (times?.own ?? 0), 0);
}

/** Seconds of the programs that this process started and that have ended. */
export function endedChildrenSeconds(): number {
  return timesOf(process.pid)?.ended ?? 0;
}

import { statSync } from "node:fs";
import { join } from "node:path";
import { World } from "../world.ts";
import type { DeclaredResource } from "./project.ts";

/**
 * Follows what is declared: calls `onChange` with everything at once, then after every change. A look costs one
 * `stat`; only a change is read.
 */
export function watchWorld(
  directory: string,
  onChange: (resources: DeclaredResource[]) => void,
  everyMilliseconds = 250,
): { stop(): void } {
  let seen: string | undefined;
  const look = () => {
    const now = versionOf(directory);
    if (now === seen) return;
    seen = now;
    // Opened anew: a writer may have replaced the log.
    const world = new World(directory);
    try {
      onChange(world.list());
    } finally {
      world.close();
    }
  };
  look();
  const timer = setInterval(look, everyMilliseconds);
  return { stop: () => clearInterval(timer) };
}

function versionOf(directory: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(join(directory, "world.log"));
    return `${ino}/${size}/${mtimeMs}`;
  } catch {
    // Nothing was ever declared.
    return "";
  }
}

import { statSync } from "node:fs";
import { join } from "node:path";
import { declaredIn } from "../services/declared.ts";
import type { Layout } from "../services/layout.ts";
import type { DeclaredResource } from "./project.ts";

/**
 * Follows what is declared: calls `onChange` with everything at once, then after every change. A look costs one
 * `stat`; only a change is read.
 */
export function watchWorld(
  layout: Layout,
  onChange: (resources: DeclaredResource[]) => void,
  everyMilliseconds = 250,
): { stop(): void } {
  let seen: string | undefined;
  const look = () => {
    const now = versionOf(layout.world);
    if (now === seen) return;
    seen = now;
    onChange(declaredIn(layout));
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

/**
 * `npm run renames -- [--base REF]`: compares the golden graphs with those of a commit (default: HEAD) and names the
 * alias for every resource that changed its identity without one. Runs no program: `npm run golden` made the graphs.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Graph, movedWithoutAlias } from "../operations/renames/graphs.ts";
import type { Move } from "../operations/renames/moves.ts";

const { values } = parseArgs({ options: { base: { type: "string", default: "HEAD" }, cwd: { type: "string" } } });
const root = values.cwd ?? join(import.meta.dirname, "..");
const folder = "stacks/__golden__";

/** Undefined for an environment that the commit does not have, and outside a repository: an unpacked archive has no past. */
function graphOf(commit: string, file: string): Graph | undefined {
  try {
    const text = execFileSync("git", ["show", `${commit}:${folder}/${file}`], {
      cwd: root,
      maxBuffer: 64e6,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(text.toString("utf8")) as Graph;
  } catch {
    return undefined;
  }
}

const stacks = new Map<string, { move: Move; stacks: string[] }>();
for (const file of existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []) {
  const before = graphOf(values.base, file);
  if (!before) continue;
  const after = JSON.parse(readFileSync(join(root, folder, file), "utf8")) as Graph;
  for (const move of movedWithoutAlias(before, after)) {
    const key = `${move.from} ${move.to}`;
    const known = stacks.get(key) ?? { move, stacks: [] };
    stacks.set(key, { move, stacks: [...known.stacks, file.replace(".json", "")] });
  }
}
for (const { move, stacks: names } of stacks.values()) {
  process.stdout.write(
    `${move.from}\n  became ${move.to} (${names.join(", ")}) without an alias: it would be made anew.\n`,
  );
  process.stdout.write(`  remedy: add to its options  ${move.alias}  and run npm run golden\n`);
}
process.exitCode = stacks.size > 0 ? 4 : 0;

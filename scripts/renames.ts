/**
 * `npm run renames -- [--base REF]`: compares the golden graphs with those of a commit (default: HEAD) and names the
 * alias for every resource that changed its identity without one. What is meant to be made anew stands in
 * operations/renames/intended.json. Runs no program: `npm run golden` made the graphs.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf, OperationFailure } from "../operations/failure.ts";
import { type Graph, movedWithoutAlias } from "../operations/renames/graphs.ts";
import { type IntendedMove, intended, parseIntended } from "../operations/renames/intended.ts";
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
const records = "operations/renames/intended.json";
const now = new Date();

function intendedMoves(): IntendedMove[] {
  const file = join(root, records);
  return existsSync(file) ? parseIntended(readFileSync(file, "utf8"), records, now) : [];
}

const say = (...lines: string[]) => process.stdout.write(`${lines.join("\n")}\n`);

/** Whether it is covered by a record; told either way. */
function tell({ move, stacks: names }: { move: Move; stacks: string[] }, known: readonly IntendedMove[]): boolean {
  const waiver = intended(known, move, now);
  if (waiver) {
    say(`${move.from}`, `  is made anew as ${move.to} until ${waiver.expires} (${waiver.owner}): ${waiver.reason}`);
    return true;
  }
  say(
    `${move.from}`,
    `  became ${move.to} (${names.join(", ")}) without an alias: it would be made anew.`,
    `  remedy: add to its options  ${move.alias}  and run npm run golden`,
    `  or, when it is meant to be made anew, a record of ${records}: from, to, reason, owner, expires`,
  );
  return false;
}

try {
  const known = intendedMoves();
  const open = [...stacks.values()].filter((found) => !tell(found, known));
  process.exitCode = open.length > 0 ? 4 : 0;
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof OperationFailure ? error.exitCode : 1;
}

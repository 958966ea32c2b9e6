/** `npm run golden`: writes what each environment consists of to stacks/__golden__; with --check only says what differs. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { goldenGraph, goldenText } from "../testing/platform/golden.ts";
import { stackNames } from "../testing/stack-files.ts";

const checking = process.argv.includes("--check");
for (const stack of stackNames) {
  const file = join(import.meta.dirname, "..", "stacks", "__golden__", `${stack}.json`);
  const text = goldenText(await goldenGraph(stack));
  const before = await readFile(file, "utf8").catch(() => "");
  if (text === before) continue;
  if (!checking) await writeFile(file, text);
  process.stdout.write(`${checking ? "differs" : "written"}: stacks/__golden__/${stack}.json\n`);
  if (checking) process.exitCode = 4;
}

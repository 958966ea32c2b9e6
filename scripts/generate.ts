/** `npm run generate`: writes what is made of the schema, the catalogue and the commands' help; with --check only says what is stale. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandReference } from "../cli/reference.ts";
import { generatedFiles } from "../stacks/generated.ts";

const checking = process.argv.includes("--check");
const files = [...generatedFiles(), { path: "docs/commands.md", text: await commandReference() }];
for (const { path, text } of files) {
  const file = join(import.meta.dirname, "..", path);
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  if (!checking) await writeFile(file, text);
  process.stdout.write(`${checking ? "stale" : "written"}: ${path}\n`);
  if (checking) process.exitCode = 4;
}

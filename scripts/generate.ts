/** `npm run generate`: writes what is made of the schema and the catalogue; with --check only says what is stale. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedFiles } from "../stacks/generated.ts";

const checking = process.argv.includes("--check");
for (const { path, text } of generatedFiles()) {
  const file = join(import.meta.dirname, "..", path);
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  if (!checking) await writeFile(file, text);
  process.stdout.write(`${checking ? "stale" : "written"}: ${path}\n`);
  if (checking) process.exitCode = 4;
}

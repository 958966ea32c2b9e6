/**
 * `npm run bench [-- --json FILE] [NAME...]`: every figure of the project, or those of the named benchmarks. Each runs in
 * a process of its own, one after the other: they would measure each other.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Figure } from "./figures.ts";

const benchmarks = ["engine", "pulumi", "edge", "local", "backup", "reviews"];

function run(name: string, json: string): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), "--json", json], {
    stdio: "inherit",
  });
  return new Promise((resolve) => child.on("close", (code) => resolve(code === 0)));
}

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const unknown = positionals.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark: ${unknown.join(", ")}\n  there are: ${benchmarks.join(", ")}\n`);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const figures: Figure[] = [];
  try {
    for (const name of positionals.length > 0 ? positionals : benchmarks) {
      process.stdout.write(`== ${name}\n`);
      const file = join(folder, `${name}.json`);
      const ended = await run(name, file);
      if (existsSync(file)) figures.push(...(JSON.parse(readFileSync(file, "utf8")) as Figure[]));
      else if (!ended) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

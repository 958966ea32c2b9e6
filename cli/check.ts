/** `./thorbis check`: everything that can be judged without running the product. People and CI run the same command. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Command } from "commander";

const root = path.resolve(import.meta.dirname, "..");
const bin = path.join(root, "node_modules", ".bin");

interface Check {
  name: string;
  about: string;
  command: string[];
}

const checks: Check[] = [
  {
    name: "style",
    about: "format and lint (biome)",
    command: [path.join(bin, "biome"), "check", "--error-on-warnings", "."],
  },
  {
    name: "boundaries",
    about: "which room may import from which (dependency-cruiser)",
    command: [
      path.join(bin, "depcruise"),
      "--config",
      ".dependency-cruiser.cjs",
      "index.ts",
      ...["stacks", "components", "policy", "operations", "engine", "sandbox", "cli", "testing", "bench"],
    ],
  },
  {
    name: "types",
    about: "the whole tree with the strictest settings (tsc 7)",
    command: [process.execPath, path.join(root, "node_modules/typescript7/bin/tsc"), "--project", "."],
  },
  {
    name: "workflows",
    about: "the workflows of .github (actionlint, pinned actions, time limits)",
    command: [process.execPath, path.join(root, "scripts/lint-workflows.mjs")],
  },
  {
    name: "renames",
    about: "no resource of a golden graph changed its identity without an alias",
    command: [process.execPath, path.join(root, "scripts/renames.ts")],
  },
  {
    name: "unused",
    about: "dead files, exports and dependencies (knip)",
    command: [path.join(bin, "knip"), "--no-progress", "--treat-config-hints-as-errors"],
  },
];

interface Outcome {
  ok: boolean;
  output: string;
  seconds: number;
}

function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const [file = "", ...args] = check.command;
    const child = spawn(file, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    const finish = (ok: boolean, extra = "") =>
      resolve({
        ok,
        output: Buffer.concat(chunks).toString("utf8") + extra,
        seconds: (performance.now() - started) / 1000,
      });
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code) => finish(code === 0));
  });
}

async function runAll(selected: Check[]): Promise<boolean> {
  let allOk = true;
  for (const check of selected) {
    const { ok, output, seconds } = await run(check);
    process.stdout.write(
      `${ok ? "ok    " : "failed"}  ${check.name.padEnd(12)}${seconds.toFixed(1).padStart(6)} s  ${check.about}\n`,
    );
    if (!ok) process.stdout.write(`${output.trimEnd()}\n`);
    allOk &&= ok;
  }
  return allOk;
}

export function register(program: Command): void {
  program
    .command("check")
    .description("format, lint, import boundaries, types, unused code and dependencies")
    .argument("[names...]", `only these: ${checks.map((check) => check.name).join(", ")}`)
    .addHelpText("after", "\nExamples:\n  ./thorbis check\n  ./thorbis check types style\n")
    .action(async (names: string[]) => {
      const unknown = names.filter((name) => !checks.some((check) => check.name === name));
      if (unknown.length > 0) {
        process.stderr.write(
          `unknown check: ${unknown.join(", ")}\n  known: ${checks.map((check) => check.name).join(", ")}\n`,
        );
        process.exitCode = 2;
        return;
      }
      const selected = names.length > 0 ? checks.filter((check) => names.includes(check.name)) : checks;
      process.exitCode = (await runAll(selected)) ? 0 : 1;
    });
}

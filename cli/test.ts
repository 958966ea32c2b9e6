/** `./thorbis test`: the whole suite, closed by one line of counts that people and CI read. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Command } from "commander";
import { findEmulator, installEmulator } from "../sandbox/services/aws/installation.ts";
import { layoutOf } from "../sandbox/services/layout.ts";
import { explain } from "./explain.ts";

const root = path.resolve(import.meta.dirname, "..");

/** The part of jest's `--json` report that the closing line is made of. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  /** Suites that could not even be loaded: their tests were never counted. */
  numRuntimeErrorTestSuites: number;
}

export function closingLine(report: JestReport): string {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  return `${report.numPassedTests} passed, ${failed} failed${skipped}`;
}

function jest(args: string[], reportFile: string): Promise<number> {
  const file = path.join(root, "node_modules/jest/bin/jest.js");
  const child = spawn(process.execPath, [file, "--json", `--outputFile=${reportFile}`, ...args], {
    cwd: root,
    // jest writes what people read to stderr, and with --json its report to stdout as well.
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** The tests of what is stored on AWS skip without it; a new machine gets it from the package registry, once. */
async function prepareEmulator(): Promise<void> {
  const { venv } = layoutOf(root);
  if (findEmulator(root, venv) !== undefined) return;
  process.stderr.write("installing the AWS API emulator (once)\n");
  try {
    await installEmulator(root, venv);
  } catch (error) {
    process.stderr.write(explain(error).message);
  }
}

async function test(patterns: string[]): Promise<number> {
  await prepareEmulator();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "thorbis-test-"));
  const reportFile = path.join(folder, "report.json");
  try {
    const code = await jest(patterns, reportFile);
    if (!fs.existsSync(reportFile)) {
      process.stdout.write("0 passed, 1 failed\n");
      return 1;
    }
    const report = JSON.parse(fs.readFileSync(reportFile, "utf8")) as JestReport;
    process.stdout.write(`${closingLine(report)}\n`);
    return code === 0 ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function register(program: Command): void {
  program
    .command("test")
    .description("run the whole test suite, or the files whose path matches a pattern")
    .argument("[patterns...]", "regular expressions on the paths of test files")
    .addHelpText("after", "\nExamples:\n  ./thorbis test\n  ./thorbis test engine/state\n")
    .action(async (patterns: string[]) => {
      process.exitCode = await test(patterns);
    });
}

/** `./thorbis audit`: what has to be in order before anything is deployed. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { OperationFailure } from "../operations/failure.ts";
import { type Flags, targetOptions } from "./deployment/flags.ts";
import { judgeConfiguration, openSession } from "./deployment/session.ts";

const root = path.resolve(import.meta.dirname, "..");

export function register(program: Command): void {
  const audit = program
    .command("audit")
    .description("Check variables and dependencies before a deploy")
    .addHelpText("after", "\nExamples:\n  ./thorbis audit variables development\n  ./thorbis audit dependencies\n");
  targetOptions(audit.command("variables"))
    .description("Every required variable has a value of the right format, and none has one that it may not have")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(variables);
  audit
    .command("dependencies")
    .description("No production dependency has a known vulnerability of high severity (asks the package registry)")
    .action(dependencies);
}

async function variables(stack: string, { cwd }: Flags): Promise<void> {
  const session = await openSession(cwd, stack);
  judgeConfiguration(session, { mayPretend: false });
  process.stdout.write(`${stack}: every variable has its value\n`);
}

const report = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })).optional(),
});

async function dependencies(): Promise<void> {
  const printed = await npmAudit();
  const parsed = report.safeParse(safeJson(printed));
  if (!parsed.success) {
    throw new OperationFailure("the registry could not be asked about vulnerabilities, which is no pass", {
      remedy: "run it where the package registry can be reached",
    });
  }
  const bad = Object.entries(parsed.data.vulnerabilities ?? {}).filter(
    ([, { severity }]) => severity === "high" || severity === "critical",
  );
  for (const [name, { severity }] of bad) process.stdout.write(`${severity.padEnd(9)} ${name}\n`);
  if (bad.length > 0) process.exitCode = 1;
  else process.stdout.write("no production dependency has a known vulnerability of high severity\n");
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function npmAudit(): Promise<string> {
  const child = spawn("npm", ["audit", "--omit=dev", "--json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

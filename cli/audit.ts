/** `./thorbis audit`: what has to be in order before anything is deployed. */
import type { Command } from "commander";
import { vulnerableDependencies } from "../operations/verification/dependencies.ts";
import { type Flags, targetOptions } from "./deployment/flags.ts";
import { judgeConfiguration, openSession } from "./deployment/session.ts";

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

async function dependencies(): Promise<void> {
  const bad = await vulnerableDependencies();
  for (const { name, severity } of bad) process.stdout.write(`${severity.padEnd(9)} ${name}\n`);
  if (bad.length > 0) process.exitCode = 1;
  else process.stdout.write("no production dependency has a known vulnerability of high severity\n");
}

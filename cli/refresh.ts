/** `./thorbis refresh`: takes over into the state what really exists. */
import type { Command } from "commander";
import { begin } from "./deployment/begin.ts";
import { confirm } from "./deployment/confirm.ts";
import { exitCodeHelp, type Flags, runOptions } from "./deployment/flags.ts";
import { pulumiArguments } from "./deployment/pulumi-arguments.ts";
import { exitCodeOf, run } from "./deployment/run.ts";
import { localStack } from "./deployment/target.ts";

const examples = `
Examples:
  ./thorbis refresh development
  ./thorbis refresh development --preview-only --expect-no-changes    exits with 4 when something drifted
  ./thorbis refresh staging --sandbox --diff
${exitCodeHelp}`;

export function register(program: Command): void {
  const command = program
    .command("refresh")
    .description("Read what exists and take it over into the state. Changes no resource.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");
  runOptions(command)
    .option("--preview-only", "tell what differs and leave the state as it is")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples)
    .action(refresh);
}

async function refresh(stack: string, flags: Flags & { previewOnly?: boolean }): Promise<void> {
  const beginning = await begin("refresh", stack, flags, pulumiArguments("refresh", stack, flags));
  if (!beginning) return;
  const { session } = beginning;
  const show = flags.json ? "json" : "people";
  if (flags.previewOnly) {
    const { result } = await run(session, flags, { command: "refresh", show, dryRun: true });
    process.exitCode = exitCodeOf(result, flags);
    return;
  }
  if (!flags.yes && stack !== localStack) {
    await run(session, flags, { command: "refresh", show: flags.json ? "silent" : "people", dryRun: true });
    await confirm(`Take this over into the state of ${stack}?`);
  }
  const { result } = await run(session, flags, { command: "refresh", show });
  process.exitCode = exitCodeOf(result, flags);
}

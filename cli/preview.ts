/** `./thorbis preview`: what an apply would do. */
import type { Command } from "commander";
import { loadPlan, savePlan } from "../engine/plan/plan-file.ts";
import { begin } from "./deployment/begin.ts";
import { exitCodeHelp, type Flags, programOptions, runOptions } from "./deployment/flags.ts";
import { refuseOtherConfiguration } from "./deployment/planned.ts";
import { pulumiArguments } from "./deployment/pulumi-arguments.ts";
import { exitCodeOf, run } from "./deployment/run.ts";
import { judgeConfiguration } from "./deployment/session.ts";

const examples = `
Examples:
  ./thorbis preview production                         hermetic: no credential, no cloud
  ./thorbis preview production --diff                  with the properties that change
  ./thorbis preview staging --json > preview.json
  ./thorbis preview staging --expect-no-changes        exits with 4 when there is any
  ./thorbis preview staging --save-plan plan.json      then: ./thorbis up staging --sandbox --plan plan.json
  ./thorbis preview production --cloud                 against the real accounts, through the Pulumi CLI
${exitCodeHelp}`;

export function register(program: Command): void {
  const command = program
    .command("preview")
    .description("Show what an apply would do. Touches nothing; a secret that may not be seen is a marked placeholder.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");
  programOptions(runOptions(command))
    .option("--save-plan <file>", "write the plan, for `up --plan`; secrets in it are sealed")
    .option("--plan <file>", "show whether this plan could be applied now")
    .addHelpText("after", examples)
    .action(preview);
}

async function preview(stack: string, flags: Flags): Promise<void> {
  const beginning = await begin("preview", stack, flags, () => pulumiArguments("preview", flags));
  if (!beginning) return;
  const { session } = beginning;
  judgeConfiguration(session, { mayPretend: true });
  const given = flags.plan === undefined ? undefined : await loadPlan(flags.plan, (salt) => session.state.sealer(salt));
  if (given) refuseOtherConfiguration(given, session, flags.plan ?? "");
  const { result } = await run(session, flags, {
    command: "preview",
    show: flags.json ? "json" : "people",
    ...(flags.savePlan !== undefined && { wantPlan: true }),
    ...(given && { plan: given.plan }),
  });
  if (flags.savePlan !== undefined && result.plan && !result.refusedByPolicy) {
    await savePlan(flags.savePlan, { plan: result.plan, config: session.config }, await session.state.sealer());
    (flags.json ? process.stderr : process.stdout).write(`Plan: ${flags.savePlan}\n`);
  }
  process.exitCode = exitCodeOf(result, flags);
}

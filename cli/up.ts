/** `./thorbis up`: applies a stack. */
import type { Command } from "commander";
import { loadPlan } from "../engine/plan/plan-file.ts";
import { begin } from "./deployment/begin.ts";
import { confirm } from "./deployment/confirm.ts";
import { exitCodeHelp, type Flags, programOptions, runOptions } from "./deployment/flags.ts";
import { judgeAppliedState } from "./deployment/judged-state.ts";
import { judgePlannedSteps, judgesSteps } from "./deployment/judged-steps.ts";
import { changesNothing } from "./deployment/nothing.ts";
import { printOutputs } from "./deployment/outputs-table.ts";
import { refuseUnlessApplicable } from "./deployment/planned.ts";
import { doomedBySteps, refuseProtected } from "./deployment/protection.ts";
import { pulumiArguments } from "./deployment/pulumi-arguments.ts";
import { exitCodeOf, type RunOutcome, replayAsApplied, run } from "./deployment/run.ts";
import { keepServicesRunning } from "./deployment/sandbox.ts";
import { judgeConfiguration, type Session } from "./deployment/session.ts";
import { asksNothing, type Target } from "./deployment/target.ts";

const examples = `
Examples:
  ./thorbis up development                             local, asks nothing
  ./thorbis up staging --sandbox                       previews, asks, applies to the local sandbox
  ./thorbis up staging --sandbox --plan plan.json      applies exactly this plan, or refuses and says what differs
  ./thorbis up production --cloud                      the real accounts, through the Pulumi CLI

What is protected is never deleted or replaced: such a change is refused before the first step.
${exitCodeHelp}`;

export function register(program: Command): void {
  const command = program
    .command("up")
    .description("Apply a stack. `up development` is local and asks nothing; every other previews and asks.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");
  programOptions(runOptions(command))
    .option("--plan <file>", "apply exactly this plan, or refuse and say what differs")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples)
    .action(up);
}

async function up(stack: string, flags: Flags): Promise<void> {
  const beginning = await begin("up", stack, flags, pulumiArguments("up", stack, flags));
  if (!beginning) return;
  const { session, target } = beginning;
  judgeConfiguration(session, { mayPretend: false });
  const outcome = await upBy(session, target, flags);
  judgeAppliedState(outcome, (text) => process.stderr.write(text));
  const { result } = outcome;
  if (!flags.json && result.succeeded) printOutputs(result.outputs, (text) => process.stdout.write(text));
  process.exitCode = exitCodeOf(result, flags);
}

/** Loss of data and renames are seen in the steps alone, whichever way an apply begins. */
const judge = (steps: RunOutcome["result"]["steps"], session: Session, flags: Flags): void =>
  judgePlannedSteps(steps, session, flags, (text) => process.stderr.write(text));

async function upBy(session: Session, target: Target, flags: Flags): Promise<RunOutcome> {
  const show = flags.json ? "json" : "people";
  if (flags.plan !== undefined) {
    const saved = await loadPlan(flags.plan, (salt) => session.state.sealer(salt));
    judge(await refuseUnlessApplicable(saved, session, flags, flags.plan), session, flags);
    return run(session, flags, { command: "up", show, plan: saved.plan });
  }
  const asks = !flags.yes && !asksNothing("up", session.stack, target);
  const before = await session.state.snapshot();
  const judged = judgesSteps(session, flags) && before.resources.length > 0;
  if (asks || judged || before.resources.some((resource) => resource.protect)) {
    const look = await run(session, flags, { command: "preview", show: asks && !flags.json ? "people" : "silent" });
    refuseProtected(doomedBySteps(look.result.steps), session.stack);
    judge(look.result.steps, session, flags);
    if (look.result.succeeded && changesNothing(before, look.result.snapshot)) {
      await keepServicesRunning(session, flags.services);
      if (!asks || flags.json) replayAsApplied(session, flags, look.events);
      return look;
    }
    if (asks) {
      if (!look.result.succeeded) return look;
      await confirm(`Apply this to ${session.stack}?`);
    }
  }
  return run(session, flags, { command: "up", show });
}

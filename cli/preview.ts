/** `./thorbis preview`: what an apply would do. */
import * as path from "node:path";
import type { Command } from "commander";
import { loadPlan, savePlan } from "../engine/plan/plan-file.ts";
import { begin } from "./deployment/begin.ts";
import { cancelOnInterrupt } from "./deployment/cancellation.ts";
import { exitCodeHelp, type Flags, programOptions, runOptions } from "./deployment/flags.ts";
import { judgePlannedSteps } from "./deployment/judged-steps.ts";
import { startPacks } from "./deployment/packs.ts";
import { refuseOtherConfiguration } from "./deployment/planned.ts";
import { pulumiArguments } from "./deployment/pulumi-arguments.ts";
import { displayFor, exitCodeOf, run } from "./deployment/run.ts";
import { judgeConfiguration, type Session } from "./deployment/session.ts";
import { UsageError } from "./deployment/usage-error.ts";

const examples = `
Examples:
  ./thorbis preview production                         hermetic: no credential, no cloud
  ./thorbis preview production --diff                  with the properties that change
  ./thorbis preview staging --json > preview.json
  ./thorbis preview staging --expect-no-changes        exits with 4 when there is any
  ./thorbis preview production --base main             what this change does to it, without any state
  ./thorbis preview staging --save-plan plan.json      then: ./thorbis up staging --sandbox --plan plan.json
  ./thorbis preview production --cloud                 against the real accounts, through the Pulumi CLI
${exitCodeHelp}`;

export function register(program: Command): void {
  const command = program
    .command("preview")
    .description("Show what an apply would do. Touches nothing; a secret that may not be seen is a marked placeholder.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");
  programOptions(runOptions(command))
    .option("--base <reference>", "on top of this commit, applied to a throw-away world: exactly what the change does")
    .option("--save-plan <file>", "write the plan, for `up --plan`; secrets in it are sealed")
    .option("--plan <file>", "show whether this plan could be applied now")
    .addHelpText("after", examples)
    .action(preview);
}

async function preview(stack: string, flags: Flags & { base?: string }): Promise<void> {
  const beginning = await begin("preview", stack, flags, pulumiArguments("preview", stack, flags));
  if (!beginning) return;
  const { session } = beginning;
  judgeConfiguration(session, { mayPretend: true });
  if (flags.base !== undefined) {
    process.exitCode = await previewOnBase(session, flags, flags.base);
    return;
  }
  const given = flags.plan === undefined ? undefined : await loadPlan(flags.plan, (salt) => session.state.sealer(salt));
  if (given) refuseOtherConfiguration(given, session, flags.plan ?? "");
  const { result } = await run(session, flags, {
    command: "preview",
    show: flags.json ? "json" : "people",
    ...(flags.savePlan !== undefined && { wantPlan: true }),
    ...(given && { plan: given.plan }),
  });
  judgePlannedSteps(result.steps, session, flags, (text) => process.stderr.write(text));
  if (flags.savePlan !== undefined && result.plan && !result.refusedByPolicy) {
    await savePlan(flags.savePlan, { plan: result.plan, config: session.config }, await session.state.sealer());
    (flags.json ? process.stderr : process.stdout).write(`Plan: ${flags.savePlan}\n`);
  }
  process.exitCode = exitCodeOf(result, flags);
}

async function previewOnBase(session: Session, flags: Flags, base: string): Promise<number> {
  if (flags.plan !== undefined || flags.savePlan !== undefined) {
    throw new UsageError("--base and a plan exclude each other: nobody could apply a plan of a throw-away world");
  }
  const [{ baseTree }, { compareWithBase }] = await Promise.all([
    import("../operations/report/base-tree.ts"),
    import("./deployment/against-base.ts"),
  ]);
  const tree = await baseTree(session.project.directory, base, path.join(session.local, "base"));
  const display = displayFor(session, flags, { command: "preview", show: flags.json ? "json" : "people" }, true);
  const packs = await startPacks(session, flags, true);
  const cancellation = cancelOnInterrupt((line) => process.stderr.write(`${line}\n`));
  try {
    const { head } = await compareWithBase(session, tree.folder, {
      transport: flags.transport,
      parallel: flags.parallel,
      events: (event) => display.event(event),
      analyzers: packs.analyzers,
      signal: cancellation.signal,
    });
    judgePlannedSteps(head.steps, session, flags, (text) => process.stderr.write(text));
    return exitCodeOf(head, flags);
  } finally {
    cancellation.stop();
    display.finish();
    await packs.close();
  }
}

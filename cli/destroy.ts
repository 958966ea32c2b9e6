/** `./thorbis destroy`: deletes everything that a stack made. */
import type { Command } from "commander";
import { begin } from "./deployment/begin.ts";
import { confirm } from "./deployment/confirm.ts";
import { exitCodeHelp, type Flags, runOptions } from "./deployment/flags.ts";
import { doomedBySteps, refuseProtected } from "./deployment/protection.ts";
import { pulumiArguments } from "./deployment/pulumi-arguments.ts";
import { exitCodeOf, run } from "./deployment/run.ts";

const examples = `
Examples:
  ./thorbis destroy development                        previews, asks, deletes
  ./thorbis destroy development --yes
  ./thorbis destroy staging --sandbox --target 'urn:pulumi:staging::thorbis::aws:s3/bucket:Bucket::logs'

What is protected is refused before the first step; ./thorbis state unprotect lifts a protection.
${exitCodeHelp}`;

export function register(program: Command): void {
  const command = program
    .command("destroy")
    .description("Delete everything that a stack made, in the reverse order of its dependencies.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");
  runOptions(command)
    .option("-r, --refresh", "first take over into the state what really exists")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples)
    .action(destroy);
}

async function destroy(stack: string, flags: Flags): Promise<void> {
  const beginning = await begin("destroy", stack, flags, pulumiArguments("destroy", stack, flags));
  if (!beginning) return;
  const { session } = beginning;
  const asks = !flags.yes;
  // Refused by what the state says: a run that only looks would stop at the first protected resource.
  const everything = (flags.target ?? []).length === 0;
  if (everything) refuseProtected((await session.state.snapshot()).resources, stack);
  if (asks || !everything) {
    const look = await run(session, flags, {
      command: "destroy",
      show: asks && !flags.json ? "people" : "silent",
      dryRun: true,
    });
    refuseProtected(doomedBySteps(look.result.steps), stack);
    if (!look.result.succeeded && asks) {
      process.exitCode = exitCodeOf(look.result, flags);
      return;
    }
  }
  if (asks) await confirm(`Delete this of ${stack}?`);
  const { result } = await run(session, flags, { command: "destroy", show: flags.json ? "json" : "people" });
  process.exitCode = exitCodeOf(result, flags);
}

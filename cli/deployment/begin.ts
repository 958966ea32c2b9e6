/** How every command on a stack begins: the target is settled and told, then the Pulumi CLI or the session takes over. */
import type { Flags } from "./flags.ts";
import { openSession, type Session } from "./session.ts";
import { describeTarget, type StackCommand, type Target, targetOf } from "./target.ts";

export interface Beginning {
  target: Target;
  session: Session;
}

/**
 * The first line says which world it is; with --json it goes to standard error, since the output is one document.
 * Resolves to `undefined` when the Pulumi CLI did the work; the exit code is set then.
 */
export async function begin(
  command: StackCommand,
  stack: string,
  flags: Pick<Flags, "sandbox" | "cloud" | "engine" | "cwd" | "json"> & Partial<Flags>,
  pulumiArguments: (target: Target) => string[],
): Promise<Beginning | undefined> {
  const target = targetOf(command, stack, flags);
  const stream = flags.json ? process.stderr : process.stdout;
  stream.write(`${describeTarget(command, stack, target)}\n`);
  if (target.engine === "pulumi") {
    const { runPulumi } = await import("./pulumi-cli.ts");
    process.exitCode = await runPulumi({ directory: flags.cwd, stack, target, arguments: pulumiArguments(target) });
    return undefined;
  }
  const session = await openSession(flags.cwd, stack);
  if (session.omitted.length > 0 && command !== "outputs" && command !== "state") {
    stream.write(
      `${session.omitted.length} sealed values of ${session.file.name} are not visible to this run (no passphrase is set)\n`,
    );
  }
  return { target, session };
}

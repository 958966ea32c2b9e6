/** `./thorbis outputs`: what a stack exports. */
import type { Command } from "commander";
import { begin } from "./deployment/begin.ts";
import { type Flags, targetOptions } from "./deployment/flags.ts";
import { printOutputs, visible } from "./deployment/outputs-table.ts";
import { UsageError } from "./deployment/usage-error.ts";

const examples = `
Examples:
  ./thorbis outputs development
  ./thorbis outputs development siteUrl                only the value, for scripts
  ./thorbis outputs development --json --show-secrets
`;

interface OutputFlags extends Pick<Flags, "cwd" | "json" | "sandbox" | "cloud" | "engine"> {
  showSecrets?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command("outputs")
    .description("Show a stack's outputs; secrets as [secret].")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("[name]", "print only this output's value");
  targetOptions(command)
    .option("--json", "print a JSON object")
    .option("--show-secrets", "print secret values too")
    .addHelpText("after", examples)
    .action(outputs);
}

async function outputs(stack: string, name: string | undefined, flags: OutputFlags): Promise<void> {
  // A single value is for a script: the line that names the target goes where it does not disturb.
  const quiet = { ...flags, json: flags.json === true || name !== undefined };
  const beginning = await begin("outputs", stack, quiet, () => [
    ...["stack", "output"],
    ...(name === undefined ? [] : [name]),
    ...(flags.json ? ["--json"] : []),
    ...(flags.showSecrets ? ["--show-secrets"] : []),
  ]);
  if (!beginning) return;
  const { resources } = await beginning.session.state.snapshot();
  const root = resources.find((resource) => resource.type === "pulumi:pulumi:Stack");
  const all = root?.outputs ?? {};
  const write = (text: string) => process.stdout.write(text);
  const shown = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, visible(value, flags.showSecrets === true)]),
  );
  if (name === undefined) {
    if (flags.json) write(`${JSON.stringify(shown, undefined, 2)}\n`);
    else if (root) printOutputs(flags.showSecrets ? shown : all, write);
    else write("Nothing has been applied yet.\n");
    return;
  }
  const value = shown[name];
  if (value === undefined) {
    throw new UsageError(
      `${stack} has no output '${name}'`,
      `Outputs: ${Object.keys(all).sort().join(", ") || "none"}`,
      1,
    );
  }
  write(`${typeof value === "string" && !flags.json ? value : JSON.stringify(value)}\n`);
}

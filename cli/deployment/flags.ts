/** The options that preview, up, refresh and destroy share, each declared once. */
import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";

export interface Flags {
  cwd: string;
  json?: boolean;
  diff?: boolean;
  target?: string[];
  targetDependents?: boolean;
  expectNoChanges?: boolean;
  savePlan?: string;
  plan?: string;
  yes?: boolean;
  refresh?: boolean;
  parallel: number;
  /** `false` after --no-policy-pack. */
  policyPack?: string[] | false;
  policyPackConfig?: string[];
  transport: "in-process" | "grpc";
  engine?: "embedded" | "pulumi";
  sandbox?: boolean;
  cloud?: boolean;
  /** False after --no-services. */
  services: boolean;
}

export const defaultParallel = Math.max(16, 4 * availableParallelism());

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("it has to be a whole number from 1.");
  return number;
}

/** Where the stack is and which engine works on it; every command on a stack has these. */
export function targetOptions(command: Command): Command {
  return command
    .option("--sandbox", "work on the local sandbox; no cloud is touched (the default of preview and of development)")
    .option("--cloud", "work on the real accounts, through the Pulumi CLI")
    .addOption(new Option("--engine <engine>", "which engine runs the program").choices(["embedded", "pulumi"]))
    .addOption(
      new Option("-C, --cwd <folder>", "folder of the project's Pulumi.yaml").default(process.cwd(), "this one"),
    );
}

export function runOptions(command: Command): Command {
  return targetOptions(command)
    .option("--json", "print one JSON document, of the shape of `pulumi preview --json`")
    .option("--diff", "show which properties change")
    .option("-t, --target <urn>", "only this resource (repeatable; * and ** stand for parts)", collect)
    .option("--target-dependents", "also what depends on the targets")
    .option("--no-services", "the simulated world alone, without the real services behind development")
    .option("--expect-no-changes", "exit with 4 when there is any change")
    .addOption(
      new Option("-p, --parallel <count>", "how many operations at a time")
        .argParser(count)
        .default(defaultParallel, "16, or 4 for each core"),
    );
}

/** For the commands that run the program. */
export function programOptions(command: Command): Command {
  return command
    .option("-r, --refresh", "first take over into the state what really exists")
    .option("--policy-pack <folder>", "apply this policy pack (repeatable; default: policy/ of the project)", collect)
    .option("--no-policy-pack", "apply no policy pack")
    .option("--policy-pack-config <file>", "settings for the pack of the same position (repeatable)", collect)
    .addOption(
      new Option("--transport <transport>", "how the program speaks to the embedded engine")
        .choices(["in-process", "grpc"])
        .default("in-process"),
    );
}

export const exitCodeHelp =
  "\nValues sealed in a stack file are opened with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE; without one a run goes on without them.\n" +
  "\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 refused by policy, 4 changes found where none were expected\n";

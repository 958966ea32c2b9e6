/** Our options in the words of the Pulumi CLI, which runs in another folder: paths are made absolute. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import { defaultParallel, type Flags } from "./flags.ts";
import { asksNothing, localStack, type Target } from "./target.ts";

type Command = "preview" | "up" | "refresh" | "destroy";

export function pulumiArguments(
  command: Command,
  stack: string,
  flags: Flags & { previewOnly?: boolean },
): (target: Target) => string[] {
  return (target) => {
    const consent = flags.previewOnly ? [] : consentOf(command, stack, target, flags);
    return [...wordsOf(command, flags), ...consent];
  };
}

/** Who asks nobody with the embedded engine asks nobody here: the CLI refuses without a terminal otherwise. */
function consentOf(command: Command, stack: string, target: Target, flags: Flags): string[] {
  if (command === "preview") return [];
  if (flags.yes || flags.plan !== undefined) return ["--yes"];
  const isLocalRefresh = command === "refresh" && stack === localStack && target.world === "sandbox";
  return isLocalRefresh || asksNothing(command, stack, target) ? ["--yes", "--skip-preview"] : [];
}

function wordsOf(command: Command, flags: Flags & { previewOnly?: boolean }): string[] {
  const words: string[] = [command];
  const flag = (name: string, set: unknown): void => {
    if (set) words.push(`--${name}`);
  };
  const file = (name: string, given: string | undefined): void => {
    if (given !== undefined) words.push(`--${name}`, path.resolve(given));
  };
  flag("json", flags.json);
  flag("diff", flags.diff);
  flag("target-dependents", flags.targetDependents);
  flag("expect-no-changes", flags.expectNoChanges);
  flag("refresh", flags.refresh);
  flag("preview-only", flags.previewOnly);
  for (const target of flags.target ?? []) words.push("--target", target);
  file("save-plan", flags.savePlan);
  file("plan", flags.plan);
  if (flags.parallel !== defaultParallel) words.push("--parallel", String(flags.parallel));
  if (command === "preview" || command === "up") for (const pack of packsOf(flags)) file("policy-pack", pack);
  for (const configuration of flags.policyPackConfig ?? []) file("policy-pack-config", configuration);
  return words;
}

/** The same packs as with the embedded engine. */
function packsOf({ policyPack, cwd }: Flags): string[] {
  if (policyPack === false) return [];
  if (Array.isArray(policyPack)) return policyPack;
  const usual = path.join(cwd, "policy");
  return existsSync(path.join(usual, "PulumiPolicy.yaml")) ? [usual] : [];
}

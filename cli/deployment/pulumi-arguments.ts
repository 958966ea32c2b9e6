/** Our options in the words of the Pulumi CLI, which runs in another folder: paths are made absolute. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import { defaultParallel, type Flags } from "./flags.ts";

export function pulumiArguments(command: "preview" | "up" | "refresh" | "destroy", flags: Flags): string[] {
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
  flag("yes", flags.yes);
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

/** Our options in the words of the Pulumi CLI. */
import { defaultParallel, type Flags } from "./flags.ts";

export function pulumiArguments(command: "preview" | "up" | "refresh" | "destroy", flags: Flags): string[] {
  const words: string[] = [command];
  const flag = (name: string, set: unknown): void => {
    if (set) words.push(`--${name}`);
  };
  flag("json", flags.json);
  flag("diff", flags.diff);
  flag("target-dependents", flags.targetDependents);
  flag("expect-no-changes", flags.expectNoChanges);
  flag("refresh", flags.refresh);
  flag("yes", flags.yes);
  for (const target of flags.target ?? []) words.push("--target", target);
  if (flags.savePlan !== undefined) words.push("--save-plan", flags.savePlan);
  if (flags.plan !== undefined) words.push("--plan", flags.plan);
  if (flags.parallel !== defaultParallel) words.push("--parallel", String(flags.parallel));
  if (Array.isArray(flags.policyPack)) for (const pack of flags.policyPack) words.push("--policy-pack", pack);
  for (const file of flags.policyPackConfig ?? []) words.push("--policy-pack-config", file);
  return words;
}

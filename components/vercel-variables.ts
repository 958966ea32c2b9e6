import type * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";

export type VercelTarget = "production" | "preview" | "development";

export interface VercelVariable {
  readonly key: string;
  readonly value: pulumi.Input<string>;
  /** Whether the value must never be shown again. */
  readonly secret: boolean;
  /** What it is for; shown in Vercel's list. */
  readonly comment: string;
}

export interface VercelVariablesArgs {
  readonly projectId: pulumi.Input<string>;
  readonly targets: readonly VercelTarget[];
  readonly variables: readonly VercelVariable[];
}

/**
 * The variables of a project, one resource each, so that a change of one touches no other. Not the bulk resource and
 * not the project's own list: the provider marks neither secret, and the latter has wiped others' variables.
 */
export function declareVariables(name: string, args: VercelVariablesArgs, opts: pulumi.CustomResourceOptions): void {
  const groups = targetGroups(args.targets);
  for (const { key, value, secret, comment } of args.variables) {
    for (const { suffix, targets, mayBeSensitive } of groups) {
      new vercel.ProjectEnvironmentVariable(
        `${name}-${key}${suffix}`,
        { projectId: args.projectId, key, value, sensitive: secret && mayBeSensitive, targets: [...targets], comment },
        // Vercel refuses a second variable of the same key (ENV_ALREADY_EXISTS): the old one goes first.
        { ...opts, deleteBeforeReplace: true, ...(secret ? { additionalSecretOutputs: ["value"] } : {}) },
      );
    }
  }
}

/** Vercel can't keep a variable of the development target secret, so that target gets a resource of its own. */
function targetGroups(targets: readonly VercelTarget[]) {
  const deployed = targets.filter((target) => target !== "development");
  return [
    { suffix: "", targets: deployed, mayBeSensitive: true },
    { suffix: "-development", targets: targets.filter((target) => target === "development"), mayBeSensitive: false },
  ].filter((group) => group.targets.length > 0);
}

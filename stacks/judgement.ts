import { type Tier, tiers } from "./environment/fields.ts";
import { environmentProblems } from "./environment.ts";
import { missingSecretProblem, missingSecrets, secretProblems, settingProblems } from "./operator-values.ts";
import { nearest, type Problem } from "./problem.ts";

/** A stack file as it was read: nothing of it is trusted yet. */
export interface UntrustedConfiguration {
  /** The stack's name. */
  readonly stack: string;
  /** The keys of the `thorbis` namespace, without it. */
  readonly keys: readonly string[];
  readonly environment: unknown;
  /** Decrypted; undefined when the file holds none. */
  readonly secrets: unknown;
  /** Whether examples or placeholders may stand in for secrets that are missing. */
  readonly mayPretend: boolean;
}

const knownKeys = ["environment", "secrets", "placeholders"] as const;

/** Every mistake of a stack file at once; empty when there is none. No problem ever holds a part of a secret. */
export function configurationProblems(untrusted: UntrustedConfiguration): readonly Problem[] {
  const { environment, stack, secrets = {} } = untrusted;
  const problems = [...keyProblems(untrusted.keys), ...environmentProblems(environment, stack)];
  const { tier, variables, operatorSecrets } = readable(environment);
  if (tier === undefined) return problems;
  problems.push(...settingProblems(variables, tier), ...secretProblems(secrets, tier));
  if (!untrusted.mayPretend && operatorSecrets !== "local-examples") {
    const supplied = new Set(Object.keys(Object(secrets)));
    problems.push(
      ...missingSecrets(supplied, tier, Object(environment)).map((variable) => missingSecretProblem(variable, tier)),
    );
  }
  return problems;
}

/** What the checks of variables need of an environment that may be wrong elsewhere. */
function readable(untrusted: unknown): { tier?: Tier; variables: Record<string, unknown>; operatorSecrets?: unknown } {
  const { tier: given, variables, operatorSecrets } = Object(untrusted) as Record<string, unknown>;
  const tier = tiers.find((candidate) => candidate === given);
  const texts = Object.entries(Object(variables)).filter(([, value]) => typeof value === "string");
  return { ...(tier === undefined ? {} : { tier }), variables: Object.fromEntries(texts), operatorSecrets };
}

function keyProblems(keys: readonly string[]): Problem[] {
  return keys
    .filter((key) => !knownKeys.some((known) => known === key))
    .map((key) => {
      const near = nearest(key, knownKeys);
      return {
        path: key,
        reason: "is no key of this project's configuration",
        remedy: near ? `Did you mean \`thorbis:${near}\`?` : "Use thorbis:environment and thorbis:secrets.",
      };
    });
}

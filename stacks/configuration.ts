import * as pulumi from "@pulumi/pulumi";
import type { Tier } from "./environment/fields.ts";
import { tiers } from "./environment/fields.ts";
import { type Environment, environmentProblems, parseEnvironment } from "./environment.ts";
import { missingSecretProblem, missingSecrets, secretProblems, settingProblems } from "./operator-values.ts";
import { ConfigurationError, nearest, type Problem } from "./problem.ts";
import { exampleOf, placeholderOf, type Variable } from "./variables.ts";

/** The secrets that people supply, never as plain text. */
export interface OperatorSecrets {
  /** The value in its secret envelope; undefined when it is optional and nobody supplied it. */
  readonly get: (name: string) => pulumi.Output<string> | undefined;
  /** Names whose value is the catalogue's placeholder: the preview may not see the real one. */
  readonly placeholders: readonly string[];
}

export interface Configuration {
  readonly environment: Environment;
  readonly secrets: OperatorSecrets;
}

const known = ["environment", "secrets", "placeholders"] as const;

/**
 * Reads the stack's configuration once, before anything is registered.
 *
 * Placeholders stand in for missing secrets in a preview. The embedded engine also sets `thorbis:placeholders` to
 * `allowed` in memory when it applies a program to a throw-away sandbox; no stack file may hold that key for a cloud.
 *
 * @throws ConfigurationError with every mistake of the stack's file
 */
export function readConfiguration(): Configuration {
  const config = new pulumi.Config("thorbis");
  const stack = pulumi.getStack();
  const untrusted = parsed(config, "environment");
  const untrustedSecrets = parsed(config, "secrets") ?? {};
  const mayPretend = pulumi.runtime.isDryRun() || config.get("placeholders") === "allowed";

  const problems = [...keyProblems(), ...environmentProblems(untrusted, stack)];
  const { tier, variables, operatorSecrets } = readable(untrusted);
  const supplied = new Set(Object.keys(Object(untrustedSecrets)));
  if (tier !== undefined) {
    problems.push(...settingProblems(variables, tier), ...secretProblems(untrustedSecrets, tier));
    if (!mayPretend && operatorSecrets !== "local-examples") {
      problems.push(...missingSecrets(supplied, tier).map((variable) => missingSecretProblem(variable, tier)));
    }
  }
  if (problems.length > 0) throw new ConfigurationError(`Pulumi.${stack}.yaml`, problems);

  const environment = parseEnvironment(untrusted, stack);
  return { environment, secrets: operatorSecretsOf(config, environment, supplied) };
}

function operatorSecretsOf(
  config: pulumi.Config,
  { tier, operatorSecrets }: Environment,
  supplied: ReadonlySet<string>,
): OperatorSecrets {
  const missing = missingSecrets(supplied, tier);
  const local = operatorSecrets === "local-examples";
  const standIn = (variable: Variable) =>
    pulumi.secret(local ? exampleOf(variable, tier) : placeholderOf(variable, tier));
  // The values themselves come out of the sealed object; what the checks above read is thrown away.
  const sealed = supplied.size > 0 ? config.requireSecretObject<Record<string, string>>("secrets") : undefined;
  return {
    get: (name) => {
      if (supplied.has(name)) return sealed?.apply((values) => values[name] ?? "");
      const variable = missing.find((candidate) => candidate.name === name);
      return variable === undefined ? undefined : standIn(variable);
    },
    placeholders: local ? [] : missing.map(({ name }) => name),
  };
}

/** What the checks of variables need of an environment that may be wrong elsewhere. */
function readable(untrusted: unknown): { tier?: Tier; variables: Record<string, unknown>; operatorSecrets?: unknown } {
  const environment = Object(untrusted) as Record<string, unknown>;
  const tier = tiers.find((candidate) => candidate === environment.tier);
  const variables = Object(environment.variables) as Record<string, unknown>;
  return { ...(tier === undefined ? {} : { tier }), variables, operatorSecrets: environment.operatorSecrets };
}

function parsed(config: pulumi.Config, key: string): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Left as it is: the schema says that a group of keys was expected. The text may be a secret and is not repeated.
    return text;
  }
}

function keyProblems(): Problem[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith("thorbis:"))
    .map((key) => key.slice("thorbis:".length))
    .filter((key) => !known.some((name) => name === key))
    .map((key) => {
      const near = nearest(key, known);
      return {
        path: key,
        reason: "is no key of this project's configuration",
        remedy: near ? `Did you mean \`thorbis:${near}\`?` : "Use thorbis:environment and thorbis:secrets.",
      };
    });
}

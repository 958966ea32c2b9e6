import * as pulumi from "@pulumi/pulumi";
import { type Environment, parseEnvironment } from "./environment.ts";
import { configurationProblems } from "./judgement.ts";
import { missingSecrets } from "./operator-values.ts";
import { ConfigurationError } from "./problem.ts";
import { exampleOf, placeholderOf, type Variable } from "./variables.ts";

/** The secrets that people supply, never as plain text. */
export interface OperatorSecrets {
  /** The value in its secret envelope; undefined when it is optional and nobody supplied it. */
  readonly get: (name: string) => pulumi.Output<string> | undefined;
  /** Names whose value is the catalogue's placeholder: the run may not see the real one. */
  readonly placeholders: readonly string[];
}

export interface Configuration {
  readonly environment: Environment;
  readonly secrets: OperatorSecrets;
}

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
  const untrustedSecrets = parsed(config, "secrets");
  const problems = configurationProblems({
    stack,
    keys: namespaceKeys(),
    environment: untrusted,
    secrets: untrustedSecrets,
    mayPretend: pulumi.runtime.isDryRun() || config.get("placeholders") === "allowed",
  });
  if (problems.length > 0) throw new ConfigurationError(`Pulumi.${stack}.yaml`, problems);

  const environment = parseEnvironment(untrusted, stack);
  const supplied = new Set(Object.keys(Object(untrustedSecrets)));
  return { environment, secrets: operatorSecretsOf(config, environment, supplied) };
}

function operatorSecretsOf(
  config: pulumi.Config,
  environment: Environment,
  supplied: ReadonlySet<string>,
): OperatorSecrets {
  const { tier, operatorSecrets } = environment;
  const missing = missingSecrets(supplied, tier, environment);
  const local = operatorSecrets === "local-examples";
  const standIn = (variable: Variable) =>
    pulumi.secret(local ? exampleOf(variable, tier) : placeholderOf(variable, tier));
  // The values themselves come out of the sealed object; what was read for the checks is thrown away.
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

function namespaceKeys(): readonly string[] {
  const prefix = "thorbis:";
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

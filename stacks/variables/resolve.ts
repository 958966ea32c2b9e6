import * as pulumi from "@pulumi/pulumi";
import type { OperatorSecrets } from "../configuration.ts";
import type { Environment } from "../environment.ts";
import { variables, variablesOf } from "../variables.ts";
import type { DerivedValue, Receiver, Variable } from "./variable.ts";

/** Everything that variables take their values from. */
export interface ValueSources {
  readonly environment: Environment;
  readonly secrets: OperatorSecrets;
  /** By variable name. */
  readonly generated: Readonly<Record<string, pulumi.Output<string>>>;
  /** Absent where the environment has no such resource, for example no replicas. */
  readonly derived: Readonly<Partial<Record<DerivedValue, pulumi.Input<string>>>>;
}

export interface ResolvedVariable {
  readonly variable: Variable;
  /** In a secret envelope when the variable is secret. */
  readonly value: pulumi.Output<string>;
}

/** What one receiver is given in an environment: every variable of the catalogue that has a value. */
export function resolveFor(receiver: Receiver, sources: ValueSources): readonly ResolvedVariable[] {
  return variablesOf(receiver, sources.environment.tier).flatMap((variable) => {
    const value = resolve(variable, receiver, sources);
    if (value !== undefined) {
      return [{ variable, value: variable.exposure === "secret" ? pulumi.secret(value) : pulumi.output(value) }];
    }
    if (variable.requiredIn.includes(sources.environment.tier)) {
      throw new Error(`${variable.name} is required in ${sources.environment.tier}, and nothing gives it a value`);
    }
    return [];
  });
}

/** The names and lengths of what has to be generated for a product's receivers. */
export function generatedLengths(receivers: readonly Receiver[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    variables.flatMap(({ name, source, receivers: given }) =>
      source.kind === "generated" && given.some((receiver) => receivers.includes(receiver))
        ? [[name, source.length]]
        : [],
    ),
  );
}

function resolve(variable: Variable, receiver: Receiver, sources: ValueSources): pulumi.Input<string> | undefined {
  const { source, name } = variable;
  switch (source.kind) {
    case "setting":
      return source.of(sources.environment, receiver);
    case "generated":
      return sources.generated[name];
    case "derived":
      return sources.derived[source.from];
    case "alias":
      return aliased(source.name, receiver, sources);
    case "operator":
      return supplied(variable, sources);
  }
}

function supplied(
  { name, exposure }: Variable,
  { environment, secrets }: ValueSources,
): pulumi.Input<string> | undefined {
  return exposure === "secret" ? secrets.get(name) : environment.variables[name];
}

function aliased(name: string, receiver: Receiver, sources: ValueSources): pulumi.Input<string> | undefined {
  const original = variables.find((variable) => variable.name === name);
  return original === undefined ? undefined : resolve(original, receiver, sources);
}

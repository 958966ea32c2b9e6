import type { Tier } from "./environment/fields.ts";
import { nearest, type Problem } from "./problem.ts";
import type { Circumstances } from "./variables/variable.ts";
import { exampleOf, operatorSecrets, operatorSettings, type Variable, variableNamed } from "./variables.ts";

/** Where a person writes a variable's value. */
type Place = "environment.variables" | "secrets";

const isSecret = (variable: Variable) => variable.exposure === "secret";

/** Mistakes in the values that a person supplies in the stack file. */
export function settingProblems(values: Readonly<Record<string, unknown>>, tier: Tier): Problem[] {
  const known = operatorSettings(tier);
  const missing = known
    .filter(({ name, requiredIn }) => requiredIn.includes(tier) && values[name] === undefined)
    .map((variable) => missingSetting(variable, tier));
  return [...missing, ...valueProblems("environment.variables", values, known, tier)];
}

/** Mistakes in the secrets that a person supplied; no message ever holds a part of a value. */
export function secretProblems(secrets: unknown, tier: Tier): Problem[] {
  if (!isRecord(secrets)) {
    return [
      {
        path: "secrets",
        reason: "must be a group of keys",
        remedy: `Set one secret at a time: ${command("STRIPE_SECRET_KEY")}`,
      },
    ];
  }
  return valueProblems("secrets", secrets, operatorSecrets(tier), tier);
}

/** The secrets that this tier needs and nobody supplied. */
export function missingSecrets(
  names: ReadonlySet<string>,
  tier: Tier,
  circumstances: Circumstances,
): readonly Variable[] {
  return operatorSecrets(tier).filter(
    ({ name, requiredIn, requiredWhen }) =>
      !names.has(name) && (requiredIn.includes(tier) || requiredWhen?.(circumstances) === true),
  );
}

export function missingSecretProblem({ name, description, format }: Variable, tier: Tier): Problem {
  return {
    path: `secrets.${name}`,
    reason: `is missing (${description.toLowerCase()}); it must be ${format.expects(tier)}`,
    remedy: command(name),
  };
}

function missingSetting(variable: Variable, tier: Tier): Problem {
  return {
    path: `environment.variables.${variable.name}`,
    reason: `is missing (${variable.description.toLowerCase()})`,
    remedy: `Write ${variable.format.expects(tier)}, for example ${exampleOf(variable, tier)}.`,
  };
}

function valueProblems(
  place: Place,
  values: Readonly<Record<string, unknown>>,
  known: readonly Variable[],
  tier: Tier,
): Problem[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = `${place}.${name}`;
    const variable = known.find((candidate) => candidate.name === name);
    if (variable === undefined) return [misplaced(path, place, name, known, tier)];
    const reason = whyWrong(value, variable, tier);
    if (reason === undefined) return [];
    const remedy = place === "secrets" ? command(name) : `Write something like ${exampleOf(variable, tier)}.`;
    return [{ path, reason, remedy }];
  });
}

function whyWrong(value: unknown, { format }: Variable, tier: Tier): string | undefined {
  if (typeof value !== "string") return "must be a text";
  if (!format.accepts(value, tier)) return `must be ${format.expects(tier)}`;
  if (value.includes("placeholder")) return "is the catalogue's placeholder, not a value";
  return undefined;
}

function misplaced(path: string, place: Place, name: string, known: readonly Variable[], tier: Tier): Problem {
  const variable = variableNamed(name);
  if (variable === undefined) {
    const names = known.map((candidate) => candidate.name);
    const near = nearest(name, names);
    return {
      path,
      reason: "is no variable of the catalogue",
      remedy: near
        ? `Did you mean ${near}?`
        : `Remove it, or add it to stacks/variables; known here: ${names.join(", ")}.`,
    };
  }
  if (variable.source.kind !== "operator") {
    return { path, reason: `is not supplied by hand (it is ${variable.source.kind})`, remedy: "Remove it." };
  }
  if (!variable.tiers.includes(tier)) {
    return { path, reason: `does not exist in the tier ${tier}`, remedy: "Remove it." };
  }
  return place === "secrets" && !isSecret(variable)
    ? { path, reason: "is no secret", remedy: "Write it under environment.variables in the stack file." }
    : {
        path,
        reason: "is secret, and a stack file is plain text",
        remedy: `Remove it and revoke it, then: ${command(name)}`,
      };
}

function command(name: string): string {
  return `pulumi config set --secret --path 'thorbis:secrets.${name}'`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

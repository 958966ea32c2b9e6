import { crossFieldProblems } from "./environment/rules.ts";
import { type EnvironmentValues, environmentSchema } from "./environment/schema.ts";
import { describeIssues } from "./environment/wording.ts";
import { ConfigurationError, type Problem } from "./problem.ts";

export { type AppName, appNames } from "./environment/apps.ts";

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

declare const judged: unique symbol;

/**
 * An environment whose values have been judged and frozen. Only {@link parseEnvironment} makes one, so a component
 * that asks for it can't be given a stack file's raw text.
 */
export type Environment = Frozen<EnvironmentValues> & { readonly [judged]: true };

/** Judges `thorbis:environment`; gives every problem at once, empty when there is none. */
export function environmentProblems(untrusted: unknown, stack: string): readonly Problem[] {
  const parsed = environmentSchema.safeParse(untrusted);
  const issues = parsed.success ? [] : parsed.error.issues;
  const problems = [...describeIssues(issues, untrusted), ...crossFieldProblems(untrusted, issues, stack)];
  return problems.map((problem) => ({ ...problem, path: ["environment", problem.path].filter(Boolean).join(".") }));
}

/**
 * The one way from a stack file to an {@link Environment}.
 *
 * @param untrusted the value of `thorbis:environment`
 * @param stack the stack's name, which the environment must carry
 * @throws ConfigurationError with every mistake, its path, its reason and its remedy
 */
export function parseEnvironment(untrusted: unknown, stack: string): Environment {
  const problems = environmentProblems(untrusted, stack);
  if (problems.length > 0) throw new ConfigurationError(`Pulumi.${stack}.yaml`, problems);
  // The brand exists for the compiler only; this is where it is given.
  return freeze(environmentSchema.parse(untrusted)) as Environment;
}

function freeze<T>(value: T): Frozen<T> {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value as Frozen<T>;
}

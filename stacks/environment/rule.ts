import type { z } from "zod";
import type { Problem } from "../problem.ts";
import type { EnvironmentValues } from "./schema.ts";
import { valueAt } from "./wording.ts";

/** The type of the value at a dotted path. */
type At<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<NonNullable<T[Head]>, Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

type Section = keyof EnvironmentValues & string;

/** A section of the environment, or a field right below one. */
export type EnvironmentPath =
  | Section
  | {
      [S in Section]: EnvironmentValues[S] extends object ? `${S}.${keyof EnvironmentValues[S] & string}` : never;
    }[Section];

type Values<P extends readonly string[]> = { [K in keyof P]: At<EnvironmentValues, P[K] & string> };

export interface Rule {
  readonly paths: readonly string[];
  readonly judge: (values: readonly unknown[]) => readonly Problem[];
}

/**
 * A rule over several fields. It is asked only when each of them is right by itself, so that one mistake isn't
 * reported twice, and a file with a misspelt key still hears of its contradictions.
 */
export function rule<const P extends readonly EnvironmentPath[]>(
  paths: P,
  judge: (...values: Values<P>) => Problem | readonly Problem[] | undefined,
): Rule {
  return {
    paths,
    judge: (values) => {
      const found = judge(...(values as Values<P>));
      return found === undefined ? [] : Array.isArray(found) ? found : [found as Problem];
    },
  };
}

/** Applies the rules to whatever part of an untrusted environment is right by itself. */
export function applyRules(rules: readonly Rule[], untrusted: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  const wrong = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? [] : [issue.path.map(String).join(".")],
  );
  const right = (path: string) =>
    !wrong.some(
      (issue) => issue === path || issue.startsWith(`${path}.`) || path.startsWith(`${issue}.`) || issue === "",
    );
  return rules
    .filter(({ paths }) => paths.every(right))
    .flatMap(({ paths, judge }) => judge(paths.map((path) => valueAt(path.split("."), untrusted))));
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export type StackName = "development" | "staging" | "production";

export const stackNames: readonly StackName[] = ["development", "staging", "production"];

/** A draft that tests may mutilate: whatever a person could write into a stack file. */
export type Draft = Record<string, unknown>;

/** The `config` of a stack file in the repository, a fresh copy each time. */
export function stackFile(stack: StackName): Draft {
  const file = join(import.meta.dirname, "..", `Pulumi.${stack}.yaml`);
  return (parse(readFileSync(file, "utf8")) as { config: Draft }).config;
}

/** The `thorbis:environment` of a stack file in the repository, a fresh copy each time. */
export function environmentOf(stack: StackName): Draft {
  return stackFile(stack)["thorbis:environment"] as Draft;
}

/** Sets the value at a dotted path (`apps.site.domains.0`); `undefined` removes the key. */
export function set(draft: Draft, path: string, value: unknown): Draft {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  const parent = parts.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, draft);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return draft;
}

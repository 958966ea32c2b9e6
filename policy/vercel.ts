/** What the rules on Vercel's variables share. */
import { flag, list, map, text } from "./properties.ts";
import type { Subject } from "./rule.ts";

export const VARIABLE = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
export const VARIABLES = "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables";
export const SHARED_VARIABLE = "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable";
export const VARIABLE_TYPES = [VARIABLE, VARIABLES, SHARED_VARIABLE];

export interface Variable {
  /** Where it stands: empty, or `variables[3].`. */
  at: string;
  key: string;
  sensitive: boolean;
  targets: readonly string[];
  /** Read only when asked for: a value is often not known at preview. */
  value(): string | undefined;
}

export function variablesOf(resource: Subject): Variable[] {
  if (resource.type !== VARIABLES) return [variable("", resource.props)];
  return list(resource.props.variables).map((item, index) => variable(`variables[${index}].`, map(item)));
}

function variable(at: string, props: Readonly<Record<string, unknown>>): Variable {
  return {
    at,
    key: text(props.key) ?? "",
    sensitive: flag(props.sensitive),
    targets: list(props.targets).filter((target): target is string => typeof target === "string"),
    value: () => text(props.value) ?? text(props.valueWo),
  };
}

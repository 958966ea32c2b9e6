/** What the rules on Vercel's variables share. */
import { flag, list, map, text } from "./properties.ts";
import { isIdentifier } from "./secrets.ts";
import type { Subject } from "./subject.ts";
import { isUnknownError } from "./unknown.ts";

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
  /**
   * Read only when asked for: a value is often not known at preview. The id of another resource that is not known yet is
   * no secret, so it reads as nothing.
   */
  value(): string | undefined;
}

export function variablesOf(resource: Subject): Variable[] {
  if (resource.type !== VARIABLES) return [variable("", resource.props)];
  return list(resource.props.variables).map((item, index) => variable(`variables[${index}].`, map(item)));
}

function variable(at: string, props: Readonly<Record<string, unknown>>): Variable {
  const key = text(props.key) ?? "";
  return {
    at,
    key,
    sensitive: flag(props.sensitive),
    targets: list(props.targets).filter((target): target is string => typeof target === "string"),
    value() {
      try {
        return text(props.value) ?? text(props.valueWo);
      } catch (error) {
        if (isUnknownError(error) && isIdentifier(key)) return undefined;
        throw error;
      }
    },
  };
}

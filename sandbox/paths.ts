/** Finding values in inputs by a pattern of Pulumi's property paths: `rules[].action.name` means that of every rule. */
import { isMap, isUnknown, type PropertyMap, type PropertyValue } from "../engine/values.ts";

export type Pattern = readonly (string | typeof EACH)[];
const EACH = Symbol("each");

export function pattern(written: string): Pattern {
  return written
    .replaceAll("[]", ".[]")
    .split(".")
    .filter((part) => part !== "")
    .map((part) => (part === "[]" ? EACH : part));
}

/** Calls `visit` for every known value that the pattern finds. A value not known before the apply cannot be judged. */
export function visit(
  inputs: PropertyMap,
  found: Pattern,
  visitor: (value: PropertyValue, path: string) => void,
): void {
  descend(inputs, found, 0, "", visitor);
}

function descend(
  value: PropertyValue | undefined,
  parts: Pattern,
  depth: number,
  path: string,
  visitor: (value: PropertyValue, path: string) => void,
): void {
  if (value === undefined || value === null || isUnknown(value)) return;
  const part = parts[depth];
  if (part === undefined) {
    visitor(value, path);
  } else if (part === EACH) {
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) descend(element, parts, depth + 1, `${path}[${index}]`, visitor);
    }
  } else if (isMap(value)) {
    descend(value[part], parts, depth + 1, path === "" ? part : `${path}.${part}`, visitor);
  }
}

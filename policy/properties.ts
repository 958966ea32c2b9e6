/** Reading property values of unknown shape. Nothing here throws, except a read of a value that is not known yet. */
import { isPlaceholder, unguarded } from "./unknown.ts";

export type Properties = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const map = (value: unknown): Properties => (isMap(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
/** `"true"` counts: providers keep some switches as strings. */
export const flag = (value: unknown): boolean => value === true || value === "true";

/** A number, also from its decimal text (`limitAmount: "100"`). */
export function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** The value under a dotted path; `undefined` when any part is missing. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Properties)[key];
  }
  return current;
}

export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

export interface Leaf {
  /** As it is written: `a.b[0].c`. */
  path: string;
  key: string;
  /** `undefined` where it is not known yet. */
  value: unknown;
  isUnknown: boolean;
}

/**
 * Every scalar below a value with its path (`a.b[0].c`). In a pair like `{ name, value }` the value's key is the name,
 * as in environments of containers. Reads behind the guard: one that throws at every unknown would cost more than what
 * is done with the others.
 */
export function leaves(value: unknown): Leaf[] {
  const found: Leaf[] = [];
  collect(unguarded(value), "", "", found);
  return found;
}

function collect(value: unknown, path: string, key: string, found: Leaf[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, key, found);
  } else if (isMap(value)) {
    for (const name of Object.keys(value)) {
      const own = name === "value" && path !== "" ? labelOf(value) : name;
      collect(value[name], path === "" ? name : `${path}.${name}`, own, found);
    }
  } else {
    const isUnknown = isPlaceholder(value);
    found.push({ path, key, value: isUnknown ? undefined : value, isUnknown });
  }
}

const labelOf = ({ key, name }: Properties): string =>
  [name, key].find((label): label is string => typeof label === "string" && !isPlaceholder(label)) ?? "value";

/** A JSON document given as text or as an object; `undefined` when it is neither. */
export function document(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Whether a property is not set. One whose value is not known yet is set. */
export function isUnset(read: () => unknown): boolean {
  try {
    return isEmpty(read());
  } catch {
    return false;
  }
}

/** Reading property values of unknown shape. Nothing here throws, except a read of a value that is not known yet. */
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
  path: string;
  key: string;
  value: unknown;
  /** Set instead of `value` where the value is not known yet. */
  unknown?: Error;
}

/**
 * Every scalar below a value with its path (`a.b[0].c`). In a pair
 * like `{ name, value }` the value's key is the name, as in environments of containers.
 */
export function* leaves(value: unknown, path = "", key = ""): Generator<Leaf> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield* below(value, index, `${path}[${index}]`, key);
  } else if (isMap(value)) {
    for (const name of Object.keys(value)) {
      yield* below(
        value,
        name,
        path === "" ? name : `${path}.${name}`,
        name === "value" && path !== "" ? labelOf(value) : name,
      );
    }
  } else {
    yield { path, key, value };
  }
}

function* below(holder: object, name: string | number, path: string, key: string): Generator<Leaf> {
  let value: unknown;
  try {
    value = (holder as Record<string | number, unknown>)[name];
  } catch (unknown) {
    if (!(unknown instanceof Error)) throw unknown;
    yield { path, key, value: undefined, unknown };
    return;
  }
  yield* leaves(value, path, key);
}

function labelOf(pair: Properties): string {
  try {
    return text(pair.name) ?? text(pair.key) ?? "value";
  } catch {
    return "value";
  }
}

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

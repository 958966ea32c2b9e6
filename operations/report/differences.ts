/** What changed between two property maps, as text that may be shown: secrets and unknowns are replaced by their names. */
import type { Difference } from "./review.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The envelope that Pulumi's protocol and state put around special values, and the mark of a value not known yet. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const LONGEST = 1_000;
const MOST = 200;

const isMap = (value: unknown): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSecret = (value: unknown) => isMap(value) && value[SIGNATURE] === SECRET;

/** The value with everything that may not be shown replaced, at any depth. */
function presentable(value: Json): Json {
  if (value === UNKNOWN) return "[unknown]";
  if (Array.isArray(value)) return value.map(presentable);
  if (!isMap(value)) return value;
  if (isSecret(value)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, presentable(inner)]));
}

function show(value: Json): string {
  if (isSecret(value)) return "[secret]";
  if (value === UNKNOWN) return "[unknown]";
  const text = JSON.stringify(presentable(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const join = (path: string, key: string) => {
  const part = /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return path === "" && part.startsWith(".") ? key : path + part;
};

/** A document in a string (task definitions, policies, dashboards) is compared by what it says. */
function documentIn(value: Json | undefined): Json | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}

/** What tells the elements of a list apart in the documents of AWS. */
const identifiers = ["name", "Name", "key", "Key", "Sid", "id", "Id"];

/** The elements by their names; undefined unless all have one and each has its own. */
function byName(list: Json[]): { [key: string]: Json } | undefined {
  for (const identifier of identifiers) {
    const names = list.map((item) => (isMap(item) ? item[identifier] : undefined));
    if (names.length > 0 && names.every((name) => typeof name === "string") && new Set(names).size === names.length)
      return Object.fromEntries(list.map((item, index) => [String(names[index]), item]));
  }
  return undefined;
}

/** Lists of named elements compare by name: an element that was put between others is one difference. */
const named = (value: Json): Json => {
  if (Array.isArray(value)) return (byName(value.map(named)) ?? value.map(named)) as Json;
  if (!isMap(value) || isSecret(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)]));
};

function* walk(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): Generator<Omit<Difference, "replaces">> {
  if (before === undefined && after === undefined) return;
  if (before === undefined) yield { path, kind: "add", after: show(after as Json) };
  else if (after === undefined) yield { path, kind: "delete", before: show(before) };
  else if (isMap(before) && isMap(after) && !isSecret(before) && !isSecret(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      yield* walk(join(path, key), before[key], after[key]);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      yield* walk(`${path}[${index}]`, before[index], after[index]);
    }
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    const [old, young] = [documentIn(before), documentIn(after)];
    // Two texts of one meaning still differ for the provider: then the texts are shown.
    const inner = old !== undefined && young !== undefined ? [...walk(path, named(old), named(young))] : [];
    if (inner.length > 0) yield* inner;
    else yield { path, kind: "update", before: show(before), after: show(after) };
  }
}

/**
 * @param replaceKeys paths or top-level names of the properties that force a replacement
 * @returns at most 200 differences; the first ones, in order of their paths
 */
export function differences(before: unknown, after: unknown, replaceKeys: readonly string[] = []): Difference[] {
  const found: Difference[] = [];
  for (const difference of walk("", (before ?? {}) as Json, (after ?? {}) as Json)) {
    if (difference.path.startsWith("__defaults")) continue;
    const forces = replaceKeys.some(
      (key) =>
        difference.path === key || difference.path.startsWith(`${key}.`) || difference.path.startsWith(`${key}[`),
    );
    found.push({ ...difference, replaces: forces });
    if (found.length === MOST) break;
  }
  return found;
}

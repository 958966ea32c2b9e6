/** Two values of a property, compared by the facts: what differs, where, and whether it forces a replacement. */
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../engine/values.ts";
import type { PropertyFacts } from "./facts.ts";
import { DEFAULTS } from "./structure.ts";

export interface Change {
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

export type Equal = (first: PropertyValue, second: PropertyValue) => boolean;

export function plain(value: PropertyValue | undefined): PropertyValue | undefined {
  return isSecret(value) ? value.value : value;
}

export function isAbsent(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return isEmpty(value);
}

export function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).every((key) => key === DEFAULTS);
}

export function compare(
  facts: PropertyFacts,
  wanted: PropertyValue,
  given: PropertyValue | undefined,
  path: string,
  equal: Equal,
): Change[] {
  const before = plain(given);
  const change = (kind: Change["kind"]): Change[] => [{ path, kind, replaces: facts.replaces }];
  if (isEmpty(wanted)) return isEmpty(before) ? [] : change("delete");
  if (isEmpty(before)) return change("add");
  if (Array.isArray(wanted) && Array.isArray(before)) {
    return facts.kind === "set"
      ? compareSets(facts, wanted, before, path)
      : compareLists(facts, wanted, before, path, equal);
  }
  if (isMap(wanted) && isMap(before)) return compareMaps(facts, wanted, before, path, equal);
  return equal(wanted, before ?? null) ? [] : change("update");
}

function compareLists(
  facts: PropertyFacts,
  wanted: PropertyValue[],
  before: PropertyValue[],
  path: string,
  equal: Equal,
): Change[] {
  const changes: Change[] = [];
  for (let index = 0; index < Math.max(wanted.length, before.length); index++) {
    const where = `${path}[${index}]`;
    const [next, former] = [wanted[index], before[index]];
    if (next === undefined) changes.push({ path: where, kind: "delete", replaces: facts.replaces });
    else if (former === undefined) changes.push({ path: where, kind: "add", replaces: facts.replaces });
    else changes.push(...compare(elementFacts(facts), next, former, where, equal));
  }
  return changes;
}

/** Elements are matched whole: what is new stands at its place in the inputs, what is gone at its place in the state. */
function compareSets(facts: PropertyFacts, wanted: PropertyValue[], before: PropertyValue[], path: string): Change[] {
  const element = elementFacts(facts);
  const same = (first: PropertyValue, second: PropertyValue) =>
    compare(element, first, second, "", equality()).length === 0;
  const changes: Change[] = [];
  for (const [index, next] of wanted.entries()) {
    if (!before.some((former) => same(next, former))) {
      changes.push({ path: `${path}[${index}]`, kind: "add", replaces: facts.replaces });
    }
  }
  for (const [index, former] of before.entries()) {
    if (!wanted.some((next) => same(next, former))) {
      changes.push({ path: `${path}[${index}]`, kind: "delete", replaces: facts.replaces });
    }
  }
  return mergeByPath(changes);
}

/** An element that takes another's place is one update. */
function mergeByPath(changes: Change[]): Change[] {
  const merged = new Map<string, Change>();
  for (const change of changes) {
    merged.set(change.path, merged.has(change.path) ? { ...change, kind: "update" } : change);
  }
  return [...merged.values()];
}

function elementFacts(facts: PropertyFacts): PropertyFacts {
  if (facts.items !== undefined) return facts.items;
  return { ...facts, kind: "object", replaces: false };
}

function compareMaps(
  facts: PropertyFacts,
  wanted: PropertyMap,
  before: PropertyMap,
  path: string,
  equal: Equal,
): Change[] {
  const changes: Change[] = [];
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
    if (name === DEFAULTS) continue;
    const property = facts.properties?.get(name) ?? facts.items ?? untyped;
    const [next, former] = [wanted[name], before[name]];
    const where = `${path}${/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `["${name}"]`}`;
    if (next === undefined || next === null) {
      if (property.computed || isAbsent(former)) continue;
      if (property.default !== undefined && equal(property.default, former ?? null)) continue;
      changes.push({ path: where, kind: "delete", replaces: property.replaces });
    } else {
      changes.push(...compare(property, next, former, where, equal));
    }
  }
  return changes;
}

const untyped: PropertyFacts = {
  kind: "any",
  required: false,
  computed: false,
  replaces: false,
  secret: false,
  named: false,
};

/** Two JSON documents that say the same are no difference: providers compare policies by meaning. */
export function equality(equivalent?: (first: string, second: string) => boolean): Equal {
  return (first, second) => {
    if (first === second) return true;
    if (typeof first !== "string" || typeof second !== "string")
      return String(first) === String(second) && !isMap(first);
    if (equivalent?.(first, second) === true) return true;
    return isDocument(first) && isDocument(second) && canonical(first) === canonical(second);
  };
}

const isDocument = (text: string): boolean => /^\s*[{[]/.test(text);

/** A JSON document with its keys in order; other text as it is. */
export function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)))
        : value,
    );
  } catch {
    return text;
  }
}

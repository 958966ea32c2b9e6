/** `diff`: the new inputs against what the last operation or refresh left, in the words of the bridge that is imitated. */
import type { DiffKind, DiffRequest, DiffResult } from "../engine/provider.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../engine/values.ts";
import { DEFAULTS, isDefault } from "./check.ts";
import type { PropertyFacts } from "./facts.ts";
import type { ResourceType } from "./type.ts";

interface Change {
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

type Equal = (first: PropertyValue, second: PropertyValue) => boolean;

export function diffResource(type: ResourceType, request: DiffRequest): DiffResult {
  const { behaviour } = type;
  const ignored = new Set([...request.ignoreChanges, ...(behaviour.ignored ?? [])]);
  const kept = new Set(behaviour.keeps?.(request.oldOutputs, request.newInputs) ?? []);
  const forced = new Set(behaviour.replaces?.(request.oldOutputs, request.newInputs) ?? []);
  const changes: Change[] = [];
  const replaces: string[] = [];
  const diffs: string[] = [];
  for (const [name, facts] of type.facts.inputs) {
    if (ignored.has(name)) continue;
    const found = changesOf(name, facts, request, behaviour.unset, equality(behaviour.equivalent?.[name]));
    if (found.length === 0) continue;
    diffs.push(name);
    const whole = (facts.replaces || forced.has(name)) && !kept.has(name);
    if (whole || (!kept.has(name) && found.some((change) => change.replaces))) replaces.push(name);
    for (const change of found) changes.push(whole ? { ...change, replaces: true } : change);
  }
  if (diffs.length === 0) return { changes: "none", diffs, replaces, deleteBeforeReplace: false };
  return {
    changes: "some",
    diffs: [...new Set([...diffs, ...(behaviour.recomputed ?? [])])].sort(),
    replaces,
    deleteBeforeReplace: replaces.length > 0 && deletesFirst(type, request),
    ...(type.bridge === "sdk" ? { detailedDiff: detail(changes) } : {}),
  };
}

/** Two resources cannot have the same given name at once; a generated one changes with the replacement. */
function deletesFirst({ behaviour }: ResourceType, { oldInputs, newInputs }: DiffRequest): boolean {
  if (behaviour.deleteBeforeReplace === true) return true;
  const property = behaviour.autoname?.property;
  if (property === undefined || newInputs[property] === undefined) return false;
  return !isDefault(newInputs, property) && plain(oldInputs[property]) === plain(newInputs[property]);
}

function detail(changes: readonly Change[]): NonNullable<DiffResult["detailedDiff"]> {
  return Object.fromEntries(
    changes.map(({ path, kind, replaces }) => [
      path,
      { kind: (replaces ? `${kind}-replace` : kind) as DiffKind, inputDiff: false },
    ]),
  );
}

function plain(value: PropertyValue | undefined): PropertyValue | undefined {
  return isSecret(value) ? value.value : value;
}

function changesOf(
  name: string,
  facts: PropertyFacts,
  { oldInputs, oldOutputs, newInputs }: DiffRequest,
  unset: PropertyMap | undefined,
  equal: Equal,
): Change[] {
  const wanted = plain(newInputs[name]);
  const before = plain(name in oldOutputs ? oldOutputs[name] : oldInputs[name]);
  if (wanted === undefined || wanted === null) {
    const rest = facts.default ?? unset?.[name] ?? null;
    if (before === undefined || (rest === null && (facts.computed || isAbsent(before)))) return [];
    if (equal(rest, before) || (isEmpty(rest) && isEmpty(before))) return [];
    return [{ path: name, kind: rest === null ? "delete" : "update", replaces: facts.replaces }];
  }
  return compare(facts, wanted, before, name, equal);
}

function isAbsent(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return isEmpty(value);
}

function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).every((key) => key === DEFAULTS);
}

function compare(
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
function equality(equivalent?: (first: string, second: string) => boolean): Equal {
  return (first, second) => {
    if (first === second) return true;
    if (typeof first !== "string" || typeof second !== "string")
      return String(first) === String(second) && !isMap(first);
    if (equivalent?.(first, second) === true) return true;
    return isDocument(first) && isDocument(second) && canonical(first) === canonical(second);
  };
}

const isDocument = (text: string): boolean => /^\s*[{[]/.test(text);

function canonical(text: string): string {
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

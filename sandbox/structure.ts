/** The structure of inputs against the facts: kinds, allowed values, unknown and missing properties, static defaults. */
import {
  isArchive,
  isAsset,
  isMap,
  isSecret,
  isUnknown,
  type PropertyMap,
  type PropertyValue,
} from "../engine/values.ts";
import type { PropertyFacts } from "./facts.ts";

/** The bridge's own list of the properties that were filled in by default; part of the inputs that are recorded. */
export const DEFAULTS = "__defaults";

/** `malformed`: the value is of another kind, so that value rules cannot judge it. */
export type Report = (property: string, reason: string, malformed?: boolean) => void;

export function checkObject(
  facts: ReadonlyMap<string, PropertyFacts>,
  given: PropertyMap,
  path: string,
  marks: boolean,
  report: Report,
  file: string,
): PropertyMap {
  const checked: PropertyMap = {};
  const defaults: string[] = [];
  for (const name in given) {
    const value = given[name];
    if (value === undefined || value === null || name === DEFAULTS) continue;
    const property = facts.get(name);
    const where = path === "" ? name : `${path}.${name}`;
    if (property === undefined) report(where, unknownProperty(name, facts, file));
    else checked[name] = checkValue(property, value, where, marks, report, file);
  }
  for (const [name, property] of facts) {
    if (path !== "" && property.required && checked[name] === undefined) {
      report(`${path}.${name}`, `missing required property '${name}'`);
    }
    if (marks && checked[name] === undefined && addsDefault(property) && property.default !== undefined) {
      checked[name] = property.default;
      defaults.push(name);
    }
  }
  if (marks) checked[DEFAULTS] = defaults.sort();
  return checked;
}

/** Defaults that are the kind's zero value show in the outputs only. */
function addsDefault({ default: initial, computed }: PropertyFacts): boolean {
  return !computed && initial !== undefined && initial !== false && initial !== 0 && initial !== "";
}

function unknownProperty(name: string, facts: ReadonlyMap<string, PropertyFacts>, file: string): string {
  const near = [...facts.keys()].find(
    (known) => known.toLowerCase() === name.toLowerCase() || distance(known, name) < 3,
  );
  const guess = near === undefined ? "" : ` (is '${near}' meant?)`;
  return `unknown property '${name}'${guess}; if the provider has it, add it to ${file}`;
}

/** Levenshtein's distance, cut short where the lengths alone exclude a near match. */
function distance(first: string, second: string): number {
  if (Math.abs(first.length - second.length) > 2) return 3;
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let i = 1; i <= first.length; i++) {
    const next = [i];
    for (let j = 1; j <= second.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (first[i - 1] === second[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[second.length] ?? 0;
}

function checkValue(
  facts: PropertyFacts,
  given: PropertyValue,
  path: string,
  marks: boolean,
  report: Report,
  file: string,
): PropertyValue {
  const value = isSecret(given) ? given.value : given;
  if (isUnknown(value)) return value;
  switch (facts.kind) {
    case "list":
    case "set":
      return checkCollection(facts, value, path, marks, report, file);
    case "map":
      return checkMap(facts, value, path, marks, report, file);
    case "object":
      if (!isMap(value)) report(path, wrongKind("an object", value), true);
      else if (facts.properties !== undefined) return checkObject(facts.properties, value, path, marks, report, file);
      return value;
    case "asset":
      if (!isAsset(value) && !isArchive(value)) report(path, wrongKind("an asset or archive", value), true);
      return value;
    case "any":
      return value;
    default:
      return checkScalar(facts, value, path, report);
  }
}

function checkCollection(
  facts: PropertyFacts,
  value: PropertyValue,
  path: string,
  marks: boolean,
  report: Report,
  file: string,
): PropertyValue {
  if (!Array.isArray(value)) {
    report(path, wrongKind("a list", value), true);
    return value;
  }
  if (facts.maxItems !== undefined && value.length > facts.maxItems) {
    report(path, `too many elements: no more than ${facts.maxItems}, got ${value.length}`);
  }
  return value.map((element, index) => {
    const where = `${path}[${index}]`;
    if (facts.items !== undefined) return checkValue(withValues(facts), element, where, marks, report, file);
    if (isUnknown(element) || facts.properties === undefined) return element;
    if (isMap(element)) return checkObject(facts.properties, element, where, marks, report, file);
    report(where, wrongKind("an object", element), true);
    return element;
  });
}

/** `oneOf` of a collection speaks of its elements. */
function withValues({ items, oneOf }: PropertyFacts): PropertyFacts {
  const element = items ?? anything;
  return oneOf === undefined ? element : { ...element, oneOf };
}

const anything: PropertyFacts = {
  kind: "any",
  required: false,
  computed: false,
  replaces: false,
  secret: false,
  named: false,
};

function checkMap(
  facts: PropertyFacts,
  value: PropertyValue,
  path: string,
  marks: boolean,
  report: Report,
  file: string,
): PropertyValue {
  if (!isMap(value)) {
    report(path, wrongKind("a map", value), true);
    return value;
  }
  const checked: PropertyMap = {};
  for (const [key, element] of Object.entries(value)) {
    if (key === DEFAULTS || element === null) continue;
    const where = `${path}.${key}`;
    if (facts.items !== undefined) checked[key] = checkValue(facts.items, element, where, marks, report, file);
    else if (facts.properties !== undefined && isMap(element)) {
      checked[key] = checkObject(facts.properties, element, where, marks, report, file);
    } else checked[key] = element;
  }
  return checked;
}

/** The bridge converts between scalars where nothing is lost. */
function checkScalar(facts: PropertyFacts, value: PropertyValue, path: string, report: Report): PropertyValue {
  const converted = convert(facts.kind, value);
  if (converted === undefined) {
    report(path, wrongKind(scalarNames[facts.kind] ?? facts.kind, value), true);
    return value;
  }
  if (facts.oneOf !== undefined && !facts.oneOf.has(String(converted))) {
    report(
      path,
      `expected one of ${[...facts.oneOf].join(", ")}, got ${facts.secret ? "another value" : String(converted)}`,
    );
  }
  return converted;
}

const scalarNames: Partial<Record<PropertyFacts["kind"], string>> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "a boolean",
};

function convert(kind: PropertyFacts["kind"], value: PropertyValue): PropertyValue | undefined {
  if (kind === "string") {
    return typeof value === "object" ? undefined : String(value);
  }
  if (kind === "boolean") {
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : undefined;
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return undefined;
  return kind === "integer" && !Number.isInteger(number) ? undefined : number;
}

function wrongKind(expected: string, value: PropertyValue): string {
  const got = Array.isArray(value) ? "a list" : isMap(value) ? "an object" : `a ${typeof value}`;
  return `expected ${expected}, got ${got}`;
}

/**
 * The facts on a package's resource types, as the JSON files beside the services hold them, and their compact notation.
 *
 * A property is a line such as `"list<string> required replaces oneOf(A|B) = ["A"]"`: its kind, its flags, the values
 * it may have (of its elements, where it is a collection), and the provider's static default as JSON. Properties of
 * objects, of elements of collections and long lists of values stand in an object around that line.
 */
import type { PropertyValue } from "../engine/values.ts";

export type Kind = "string" | "number" | "integer" | "boolean" | "any" | "asset" | "object" | "list" | "set" | "map";

export interface PropertyFacts {
  readonly kind: Kind;
  /** Element of a list, set or map whose elements are not objects. */
  readonly items?: PropertyFacts;
  /** Of an object, or of a collection's elements; absent where the depth of the facts ends. */
  readonly properties?: ReadonlyMap<string, PropertyFacts>;
  readonly required: boolean;
  /** The provider fills it in when it is not given. */
  readonly computed: boolean;
  readonly replaces: boolean;
  readonly secret: boolean;
  /** Generated from the resource's name when it is not given. */
  readonly named: boolean;
  readonly oneOf?: ReadonlySet<string>;
  readonly maxItems?: number;
  readonly default?: PropertyValue;
}

export interface TypeFacts {
  readonly token: string;
  readonly inputs: ReadonlyMap<string, PropertyFacts>;
  /** Outputs that are no inputs. */
  readonly outputs: readonly string[];
  readonly secretOutputs: ReadonlySet<string>;
}

/** A property as the JSON files write it. */
export type PropertyNotation = string | { is: string; oneOf?: string[]; properties?: Record<string, PropertyNotation> };

export interface TypeNotation {
  inputs: Record<string, PropertyNotation>;
  outputs?: string[];
  secretOutputs?: string[];
  /** Former tokens of the type. */
  aliases?: string[];
  deprecated?: boolean;
}

/** One JSON file. */
export interface FactsFile {
  /** Lists of values that several properties share, referred to as `oneOf(@name)`. */
  enums?: Record<string, string[]>;
  types: Record<string, TypeNotation>;
}

type Enums = Readonly<Record<string, string[]>>;

const notation = /^(?<kind>[a-z<>]+)(?<flags>(?: [A-Za-z]+(?:\([^)]*\))?)*)(?: = (?<initial>.*))?$/s;

export function parseProperty(written: PropertyNotation, enums: Enums = {}): PropertyFacts {
  const { is, oneOf, properties } = typeof written === "string" ? { is: written } : written;
  const parts = notation.exec(is)?.groups;
  if (parts === undefined) throw new Error(`not a property: ${is}`);
  const flags = flagsOf(parts.flags ?? "");
  const values = oneOf ?? valuesOf(flags.get("oneOf"), enums);
  const max = flags.get("max");
  return {
    ...kindOf(parts.kind ?? ""),
    ...(properties === undefined ? {} : { properties: parseProperties(properties, enums) }),
    required: flags.has("required"),
    computed: flags.has("computed"),
    replaces: flags.has("replaces"),
    secret: flags.has("secret"),
    named: flags.has("named"),
    ...(values === undefined ? {} : { oneOf: new Set(values) }),
    ...(max === undefined ? {} : { maxItems: Number(max) }),
    ...(parts.initial === undefined ? {} : { default: JSON.parse(parts.initial) as PropertyValue }),
  };
}

function flagsOf(written: string): Map<string, string> {
  const flags = new Map<string, string>();
  for (const [, name, argument] of written.matchAll(/([A-Za-z]+)(?:\(([^)]*)\))?/g))
    flags.set(name ?? "", argument ?? "");
  return flags;
}

function valuesOf(argument: string | undefined, enums: Enums): string[] | undefined {
  if (argument === undefined) return undefined;
  if (!argument.startsWith("@")) return argument.split("|");
  const shared = enums[argument.slice(1)];
  if (shared === undefined) throw new Error(`no such enum: ${argument}`);
  return shared;
}

function kindOf(written: string): Pick<PropertyFacts, "kind" | "items"> {
  const collection = /^(list|set|map)<(.*)>$/.exec(written);
  if (collection === null) return { kind: written as Kind };
  return { kind: collection[1] as Kind, items: parseProperty(collection[2] ?? "") };
}

function parseProperties(written: Record<string, PropertyNotation>, enums: Enums): Map<string, PropertyFacts> {
  return new Map(Object.entries(written).map(([name, property]) => [name, parseProperty(property, enums)]));
}

export function parseType(token: string, written: TypeNotation, enums: Enums = {}): TypeFacts {
  return {
    token,
    inputs: parseProperties(written.inputs, enums),
    outputs: written.outputs ?? [],
    secretOutputs: new Set(written.secretOutputs ?? []),
  };
}

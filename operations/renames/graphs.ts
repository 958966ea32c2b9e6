/** What changed its identity between two golden graphs of an environment, and the aliases that would have kept it. */
import { type Move, movesOf, type Placed } from "./moves.ts";

/** The part of a golden resource that is read here; its key is `<type>::<name>`. */
export interface GraphResource {
  inputs: unknown;
  parent?: string;
  /** Former identities that the program names: `<types of the owners and its own, joined by $>::<name>`. */
  aliases?: readonly string[];
}

export type Graph = Readonly<Record<string, GraphResource>>;

/** Share of equal inputs from which two resources of a type count as one; as the policy pack has it. */
const LIKENESS = 0.8;
const ROOT = "pulumi:pulumi:Stack";

const typeOf = (key: string) => key.slice(0, key.indexOf("::"));
const nameOf = (key: string) => key.slice(key.indexOf("::") + 2);

/** The identity without stack and project. */
function identityOf(key: string, graph: Graph): string {
  const types: string[] = [];
  for (let at: string | undefined = key; at !== undefined && typeOf(at) !== ROOT; at = graph[at]?.parent)
    types.unshift(typeOf(at));
  return `${types.join("$")}::${nameOf(key)}`;
}

const isProvider = (key: string) => key.startsWith("pulumi:");

/** Keys of the former graph by identity. */
const identities = (graph: Graph) => new Map(Object.keys(graph).map((key) => [identityOf(key, graph), key]));

/** For each resource of the new graph the old one that Pulumi finds for it: by identity, alias or its owner's alias. */
function found(old: Graph, young: Graph): Map<string, string> {
  const before = identities(old);
  const result = new Map<string, string>();
  const visit = (key: string): void => {
    if (result.has(key)) return;
    const { parent, aliases = [] } = young[key] ?? { inputs: {} };
    if (parent !== undefined && young[parent]) visit(parent);
    const candidates = [identityOf(key, young), ...aliases];
    const former = parent === undefined ? undefined : result.get(parent);
    if (parent !== undefined && former !== undefined && typeOf(former) !== ROOT) {
      const chain = typeOf(identityOf(former, old));
      for (const candidate of [`${typeOf(key)}::${nameOf(key)}`, ...aliases]) {
        const [type, name] = [typeOf(candidate).split("$").at(-1) ?? "", nameOf(candidate)];
        const named = name.startsWith(nameOf(parent)) ? nameOf(former) + name.slice(nameOf(parent).length) : name;
        candidates.push(`${chain}$${type}::${named}`);
      }
    }
    const hit = candidates.map((candidate) => before.get(candidate)).find((each) => each !== undefined);
    if (hit !== undefined) result.set(key, hit);
  };
  for (const key of Object.keys(young)) visit(key);
  return result;
}

/** Paths and values of all leaves, without names: a rename changes those. */
function leaves(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) leaves(part, `${path}.${key}`, into);
  } else if (!/^\.(?:name|bucket|urn)/i.test(path)) into.set(path, String(value));
  return into;
}

function likeness(one: unknown, other: unknown): number {
  const [old, young] = [leaves(one), leaves(other)];
  const paths = new Set([...old.keys(), ...young.keys()]);
  if (paths.size === 0) return 0;
  return [...paths].filter((path) => old.get(path) === young.get(path)).length / paths.size;
}

const side = (graph: Graph) =>
  new Map<string, Placed>(
    Object.entries(graph).map(([key, { parent }]) => [
      identityOf(key, graph),
      {
        type: typeOf(key),
        name: nameOf(key),
        ...(parent === undefined ? {} : { parent: identityOf(parent, graph) }),
      },
    ]),
  );

/** Most likely moves: what is gone paired with what is new and nearly the same, each new one once. */
export function movedWithoutAlias(old: Graph, young: Graph): Move[] {
  const kept = found(old, young);
  const claimed = new Set(kept.values());
  const gone = Object.keys(old).filter((key) => !claimed.has(key) && !isProvider(key));
  const made = new Set(Object.keys(young).filter((key) => !kept.has(key) && !isProvider(key)));
  const [before, after] = [side(old), side(young)];
  const moves = new Map<string, Move>();
  for (const key of gone) {
    const alike = [...made]
      .filter((candidate) => typeOf(candidate) === typeOf(key))
      .map((candidate) => ({
        candidate,
        share: nameOf(candidate) === nameOf(key) ? 1 : likeness(old[key]?.inputs, young[candidate]?.inputs),
      }))
      .sort((one, other) => other.share - one.share)[0];
    if (!alike || alike.share < LIKENESS) continue;
    made.delete(alike.candidate);
    for (const move of movesOf(identityOf(key, old), identityOf(alike.candidate, young), before, after))
      moves.set(`${move.from} ${move.to}`, move);
  }
  return [...moves.values()].sort((one, other) => one.from.localeCompare(other.from));
}

/** Which existing resources become which of the program's: `NAME=ID`, with the parts that go by the same id. */
import { OperationFailure } from "../failure.ts";
import { nameOf } from "../urn.ts";
import type { Declared, PlannedState } from "./declared.ts";
import { partId } from "./identifiers.ts";

export interface Choice {
  /** Ids by URN, in the order of the program. */
  ids: Map<string, string>;
  /** Chosen because they are parts of what was named; they may not exist. */
  parts: Set<string>;
}

function split(pair: string): [name: string, id: string] | undefined {
  const at = pair.indexOf("=");
  const [name, id] = [pair.slice(0, at), pair.slice(at + 1)];
  return at < 0 || name === "" || id === "" ? undefined : [name, id];
}

const describe = ({ type, urn }: PlannedState) => `${type}::${nameOf(urn)}`;

function near(name: string, declared: Declared): string {
  const alike = declared.candidates().filter(({ urn }) => nameOf(urn).includes(name) || name.includes(nameOf(urn)));
  return alike.length === 0 ? "" : `; near it: ${alike.slice(0, 5).map(describe).join(", ")}`;
}

function fault(name: string, found: readonly PlannedState[], declared: Declared): string | undefined {
  const [only] = found;
  if (!only)
    return `${name}: the program declares no resource of that name that the state lacks${near(name, declared)}`;
  const open = found.filter(({ urn }) => declared.isNew(urn));
  if (open.length > 1) return `${name}: could be each of ${open.map(describe).join(", ")}`;
  return open.length === 0 ? `${name}: the state has it already; its id is ${only.id ?? "not known"}` : undefined;
}

/**
 * @param without names of parts that are left out
 * @throws OperationFailure that names every pair that cannot be meant
 */
export function choose(declared: Declared, pairs: readonly string[], without: readonly string[] = []): Choice {
  const faults: string[] = [];
  const given = new Map<string, string>();
  for (const pair of pairs) {
    const [name, id] = split(pair) ?? [];
    if (name === undefined || id === undefined) {
      faults.push(`${pair}: it is not NAME=ID`);
      continue;
    }
    const found = declared.named(name);
    const wrong = fault(name, found, declared);
    const state = found.find(({ urn }) => declared.isNew(urn));
    if (wrong !== undefined || !state) faults.push(wrong ?? name);
    else if (given.has(state.urn)) faults.push(`${name}: given twice`);
    else if ([...given].some(([urn, other]) => other === id && declared.get(urn)?.type === state.type))
      faults.push(`${name}: another ${state.type} was given the id ${id}`);
    else given.set(state.urn, id);
  }
  if (faults.length > 0) {
    throw new OperationFailure(
      `nothing can be adopted as it was said:\n${faults.map((line) => `  ${line}`).join("\n")}`,
      {
        exitCode: 2,
        remedy: "see what can be adopted, and by which id: ./thorbis adopt list STACK",
      },
    );
  }
  const left = new Set(without.flatMap((name) => declared.named(name).map(({ urn }) => urn)));
  const ids = new Map<string, string>();
  const parts = new Set<string>();
  for (const state of declared.candidates()) {
    const id = given.get(state.urn) ?? (left.has(state.urn) ? undefined : partId(state, given));
    if (id === undefined) continue;
    ids.set(state.urn, id);
    if (!given.has(state.urn)) parts.add(state.urn);
  }
  return { ids, parts };
}

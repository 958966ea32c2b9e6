/** `diff`: the new inputs against what the last operation or refresh left, in the words of the bridge that is imitated. */
import type { DiffKind, DiffRequest, DiffResult } from "../engine/provider.ts";
import type { PropertyMap } from "../engine/values.ts";
import { isDefault } from "./check.ts";
import { type Change, compare, type Equal, equality, isAbsent, isEmpty, plain } from "./compare.ts";
import type { PropertyFacts } from "./facts.ts";
import type { ResourceType } from "./type.ts";

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

/** What a plan says of a resource's goal, and whether a goal is the planned one. */
import { differenceOf } from "../properties/difference.ts";
import { containsSecrets } from "../properties/secrecy.ts";
import type { ResourceState } from "../state/resource.ts";
import { nameOf, parseProviderReference } from "../urn.ts";
import { isMap, type PropertyMap, type PropertyValue, UNKNOWN } from "../values.ts";
import type { Goal } from "./goal.ts";
import type { PlanDiff, ResourceGoal } from "./request.ts";

const list = <T>(items: T[] | undefined): T[] | undefined => (items && items.length > 0 ? items : undefined);

export function goalPlan(goal: Goal, inputDiff: PlanDiff | undefined): ResourceGoal {
  const optional = {
    parent: goal.parent,
    dependencies: list(goal.dependencies),
    provider: goal.provider,
    propertyDependencies: goal.propertyDependencies,
    deleteBeforeReplace: goal.deleteBeforeReplace,
    ignoreChanges: list(goal.ignoreChanges),
    additionalSecretOutputs: list(goal.additionalSecretOutputs),
    aliases: list(goal.aliases.map((alias) => alias.urn ?? JSON.stringify(alias))),
    id: goal.importId,
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    type: goal.type,
    name: goal.name,
    custom: goal.custom,
    inputDiff: inputDiff ?? {},
    outputDiff: {},
    protect: goal.protect ?? false,
    customTimeouts: goal.customTimeouts,
    ...present,
  };
}

/** The goal that leaves a resource as it is: for one that the plan does not mention. */
export const goalOfState = (old: ResourceState): ResourceGoal => ({
  type: old.type,
  name: nameOf(old.urn),
  custom: old.custom,
  inputDiff: {},
  outputDiff: {},
  protect: old.protect ?? false,
  customTimeouts: old.customTimeouts ?? {},
  ...(old.parent && { parent: old.parent }),
  ...(old.provider && { provider: old.provider }),
  ...(old.dependencies && { dependencies: old.dependencies }),
  ...(old.propertyDependencies && { propertyDependencies: old.propertyDependencies }),
  ...(old.additionalSecretOutputs && { additionalSecretOutputs: old.additionalSecretOutputs }),
});

/** A planned value that was unknown stands for anything. */
export function isAsPlanned(planned: PropertyValue, actual: PropertyValue | undefined): boolean {
  if (planned === UNKNOWN) return true;
  if (Array.isArray(planned))
    return (
      Array.isArray(actual) &&
      planned.length === actual.length &&
      planned.every((element, index) => isAsPlanned(element, actual[index]))
    );
  if (!isMap(planned)) return planned === (actual ?? null);
  if (!isMap(actual)) return false;
  const keys = new Set([...Object.keys(planned), ...Object.keys(actual)]);
  return [...keys].every((key) => isAsPlanned(planned[key] ?? null, actual[key] ?? null));
}

const shown = (value: PropertyValue): string => (containsSecrets(value) ? "[secret]" : JSON.stringify(value));

/** Says which properties do not change as planned; `undefined` when all do. */
export function checkDifference(before: PropertyMap, after: PropertyMap, planned: PlanDiff): string | undefined {
  const actual = differenceOf(before, after);
  const expected: PropertyMap = { ...planned.adds, ...planned.updates };
  const faults: string[] = [];
  for (const [sign, values] of [
    ["+", actual?.adds],
    ["~", actual?.updates],
  ] as const)
    for (const [key, value] of Object.entries(values ?? {})) {
      const wanted = expected[key];
      if (wanted === undefined) faults.push(`${sign}${key}[${shown(value)}]`);
      else if (!isAsPlanned(wanted, value)) faults.push(`${sign}${key}[${shown(wanted)}!=${shown(value)}]`);
    }
  for (const key of actual?.deletes ?? []) {
    const mayVanish = planned.deletes?.includes(key) || expected[key] === UNKNOWN;
    if (!mayVanish) faults.push(`-${key}`);
  }
  for (const [key, wanted] of Object.entries(expected)) {
    if (actual && (key in actual.adds || key in actual.updates || actual.deletes.includes(key))) continue;
    const value = after[key];
    if (value === undefined ? wanted !== UNKNOWN : !isAsPlanned(wanted, value))
      faults.push(`=${key}[${shown(wanted)}]`);
  }
  for (const key of planned.deletes ?? [])
    if (key in after && key in before && !isReported(actual, key)) faults.push(`=${key}`);
  return faults.length > 0 ? `properties changed: ${faults.sort().join(", ")}` : undefined;
}

const isReported = (actual: ReturnType<typeof differenceOf>, key: string): boolean =>
  actual !== undefined && (key in actual.adds || key in actual.updates);

function setChange(planned: string[] = [], actual: string[] = []): string | undefined {
  const added = actual.filter((item) => !planned.includes(item)).sort();
  const deleted = planned.filter((item) => !actual.includes(item)).sort();
  const parts = [
    ...(added.length > 0 ? [`added ${added.join(", ")}`] : []),
    ...(deleted.length > 0 ? [`deleted ${deleted.join(", ")}`] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : undefined;
}

/** A provider that did not exist when the plan was made has another id now. */
function isSameProvider(planned: string | undefined, actual: string | undefined): boolean {
  if ((planned ?? "") === (actual ?? "")) return true;
  if (planned === undefined || actual === undefined) return false;
  const [expected, given] = [parseProviderReference(planned), parseProviderReference(actual)];
  return expected.urn === given.urn && expected.id === UNKNOWN;
}

/** Says how the goal differs from the planned one; `undefined` when it does not. */
export function checkGoal(
  planned: ResourceGoal,
  goal: Goal,
  inputs: { old: PropertyMap; new: PropertyMap },
): string | undefined {
  const actual = goalPlan(goal, undefined);
  if (planned.custom !== actual.custom)
    return `resource kind changed (expected ${planned.custom ? "custom" : "component"})`;
  if (!isSameProvider(planned.provider, actual.provider)) return `provider changed (expected ${planned.provider})`;
  if ((planned.parent ?? "") !== (actual.parent ?? "")) return `parent changed (expected ${planned.parent})`;
  if (planned.protect !== actual.protect) return `protect changed (expected ${planned.protect})`;
  if (planned.deleteBeforeReplace !== actual.deleteBeforeReplace)
    return `deleteBeforeReplace changed (expected ${planned.deleteBeforeReplace ?? "no value"})`;
  if ((planned.id ?? "") !== (actual.id ?? "")) return `importID changed (expected ${planned.id})`;
  for (const operation of ["create", "update", "delete"] as const)
    if ((planned.customTimeouts[operation] ?? 0) !== (actual.customTimeouts[operation] ?? 0))
      return `${operation} timeout changed (expected ${planned.customTimeouts[operation] ?? 0})`;
  for (const option of ["ignoreChanges", "additionalSecretOutputs", "dependencies", "aliases"] as const) {
    const change = setChange(planned[option], actual[option]);
    if (change !== undefined) return `${option} changed: ${change}`;
  }
  const difference = checkDifference(inputs.old, inputs.new, planned.inputDiff);
  if (difference !== undefined) return difference;
  for (const [key, urns] of Object.entries(planned.propertyDependencies ?? {})) {
    const given = goal.propertyDependencies[key];
    const change = given && setChange(urns, given);
    if (change !== undefined) return `dependencies for ${key} changed: ${change}`;
  }
  return undefined;
}

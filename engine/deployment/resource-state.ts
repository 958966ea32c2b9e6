/** Resource states while a deployment runs: how they are made, what they depend on, and how they look when recorded. */
import { withSayingFields } from "../state/fields.ts";
import type { CustomTimeouts, ResourceState } from "../state/resource.ts";
import { parseProviderReference } from "../urn.ts";
import type { PropertyMap } from "../values.ts";
import type { Goal, ReadRegistration } from "./goal.ts";

/** The state that a goal leads to; the steps fill in id and outputs. */
export function stateOfGoal(urn: string, goal: Goal, old: ResourceState | undefined, alias: string | undefined) {
  const state: ResourceState = {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: goal.inputs,
    protect: goal.protect ?? false,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    customTimeouts: goal.customTimeouts,
    retainOnDelete: goal.retainOnDelete ?? false,
    replaceWith: goal.replaceWith,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    hideDiff: goal.hideDiff,
  };
  if (goal.parent !== undefined) state.parent = goal.parent;
  if (goal.provider !== undefined) state.provider = goal.provider;
  if (goal.importId !== undefined) state.importID = goal.importId;
  if (goal.deletedWith !== undefined) state.deletedWith = goal.deletedWith;
  if (goal.sourcePosition !== undefined) state.sourcePosition = goal.sourcePosition;
  if (alias !== undefined) state.aliases = [alias];
  if (old?.created !== undefined) state.created = old.created;
  if (old?.modified !== undefined) state.modified = old.modified;
  if (old?.refreshBeforeUpdate) state.refreshBeforeUpdate = true;
  return state;
}

export function stateOfRead(urn: string, read: ReadRegistration, alias: string | undefined): ResourceState {
  const state: ResourceState = {
    urn,
    custom: true,
    id: read.id,
    type: read.type,
    inputs: read.inputs,
    outputs: {},
    external: true,
    dependencies: read.dependencies,
    provider: read.provider,
    additionalSecretOutputs: read.additionalSecretOutputs,
  };
  if (read.parent !== undefined) state.parent = read.parent;
  if (read.sourcePosition !== undefined) state.sourcePosition = read.sourcePosition;
  if (alias !== undefined) state.aliases = [alias];
  return state;
}

export const inputsOf = (state: ResourceState | undefined): PropertyMap => state?.inputs ?? {};
export const outputsOf = (state: ResourceState | undefined): PropertyMap => state?.outputs ?? {};

export const timeoutOf = (state: ResourceState, operation: keyof CustomTimeouts): number =>
  state.customTimeouts?.[operation] ?? 0;

export const now = (): string => new Date().toISOString();

/** A copy that a step may change without touching the original. */
export const copyOf = (state: ResourceState): ResourceState => ({ ...state });

export type DependencyKind = "parent" | "dependency" | "property" | "deleted-with" | "replace-with";

export interface Dependency {
  kind: DependencyKind;
  urn: string;
  /** The property, for kind `property`. */
  key?: string;
}

/** Everything that must stand before the resource in the state, but its provider. */
export function dependenciesOf(state: ResourceState): Dependency[] {
  const found: Dependency[] = [];
  if (state.parent) found.push({ kind: "parent", urn: state.parent });
  for (const urn of state.dependencies ?? []) found.push({ kind: "dependency", urn });
  for (const [key, urns] of Object.entries(state.propertyDependencies ?? {}))
    for (const urn of urns ?? []) found.push({ kind: "property", urn, key });
  if (state.deletedWith) found.push({ kind: "deleted-with", urn: state.deletedWith });
  for (const urn of state.replaceWith ?? []) found.push({ kind: "replace-with", urn });
  return found;
}

export const providerUrnOf = (state: ResourceState): string | undefined =>
  state.provider ? parseProviderReference(state.provider).urn : undefined;

/** The state as the checkpoint has it: in Pulumi's order of keys, without what says nothing. */
export function recordedState(state: ResourceState): ResourceState {
  const copy = withSayingFields(state);
  const timeouts = Object.entries(state.customTimeouts ?? {}).filter(([, seconds]) => seconds !== 0);
  if (timeouts.length > 0) copy.customTimeouts = Object.fromEntries(timeouts);
  else delete copy.customTimeouts;
  return copy;
}

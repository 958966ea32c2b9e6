/** Which other resources a delete before a replacement takes along. */

import type { DiffResult } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType, nameOf, parseProviderReference, typeOf } from "../../urn.ts";
import { type PropertyMap, UNKNOWN } from "../../values.ts";
import type { Deployment } from "../deployment.ts";
import type { DiffCall } from "../provider-calls.ts";
import { inputsOf, outputsOf } from "../resource-state.ts";
import { withReplaceOnChanges } from "./replace-on-changes.ts";

export interface DependentReplacement {
  state: ResourceState;
  /** The properties because of which it is replaced. */
  keys: string[];
}

/**
 * The dependents that must go before the resource can: those that its recreation would replace. A dependent whose
 * properties merely change, or that only waits for it, stays. Answered by the provider, with unknowns for the
 * properties that come from what is replaced.
 */
export async function dependentReplacements(
  deployment: Deployment,
  root: ResourceState,
): Promise<DependentReplacement[]> {
  const { seen, graph } = deployment;
  const replaced = new Set([root.urn]);
  const found: DependentReplacement[] = [];
  // What this run has met already cannot depend on the resource any more.
  const met = [seen.reads, seen.creates, seen.sames, seen.updates, seen.deletes, seen.replaces];
  const settled = new Set(met.flatMap((urns) => [...urns]));
  for (const state of graph.dependingOn(root, settled, false)) {
    const keys = await replacingKeys(deployment, state, replaced);
    if (keys === undefined) continue;
    found.push({ state, keys });
    replaced.add(state.urn);
  }
  return found;
}

/** `undefined` when the resource need not be replaced. */
async function replacingKeys(
  deployment: Deployment,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<string[] | undefined> {
  if (!state.custom || state.external) return undefined;
  if (state.provider && replaced.has(parseProviderReference(state.provider).urn)) {
    await deployment.ensureProvider(state.provider);
    return [];
  }
  if (state.deletedWith && replaced.has(state.deletedWith)) return [];
  let depends = false;
  const inputs: PropertyMap = {};
  for (const [key, value] of Object.entries(inputsOf(state))) {
    const changes = state.propertyDependencies?.[key]?.some((urn) => replaced.has(urn)) ?? false;
    depends ||= changes;
    inputs[key] = changes ? UNKNOWN : value;
  }
  if (!depends) return undefined;
  const diff = await diffOf(deployment, state, inputs);
  const judged = withReplaceOnChanges(diff, state.replaceOnChanges ?? [], false);
  return judged.replaces.length > 0 ? judged.replaces : undefined;
}

async function diffOf(deployment: Deployment, state: ResourceState, newInputs: PropertyMap): Promise<DiffResult> {
  const call: DiffCall = {
    identity: { urn: state.urn, type: typeOf(state.urn), name: nameOf(state.urn) },
    id: state.id ?? "",
    oldInputs: inputsOf(state),
    oldOutputs: outputsOf(state),
    newInputs,
    ignoreChanges: state.ignoreChanges ?? [],
  };
  if (!isProviderType(state.type)) return (await deployment.ensureProviderFor(state)).diff(call);
  await deployment.registry.same(state, false);
  return deployment.registry.diff(call);
}

/** Resources that are to be replaced or deleted together with this one. */
export function cascadingReplacements(deployment: Deployment, urn: string): DependentReplacement[] {
  const isBound = (state: ResourceState) => state.deletedWith === urn || state.replaceWith?.includes(urn) === true;
  const bound = new Map<string, ResourceState>();
  for (const states of [deployment.news, deployment.olds])
    for (const [key, state] of states) if (!bound.has(key) && isBound(state)) bound.set(key, state);
  return [...bound.values()].map((state) => ({ state, keys: [] }));
}

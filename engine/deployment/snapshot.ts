/** The list of states as a whole: references follow renamed resources, and what is needed stands before what needs it. */
import type { ResourceState } from "../state/resource.ts";
import {
  createUrnBelow,
  isProviderType,
  isRootStack,
  nameOf,
  parseProviderReference,
  projectOf,
  providerReference,
  qualifiedTypeOf,
  stackOf,
  typeOf,
} from "../urn.ts";
import { providerConfig } from "./provider-registry.ts";
import { dependenciesOf, inputsOf, outputsOf, providerUrnOf } from "./resource-state.ts";

/** Former URN to present URN, from what the states say of themselves and of their parents. */
function renamed(resources: ResourceState[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const state of resources) {
    for (const alias of state.aliases ?? []) names.set(alias, state.urn);
    const parent = state.parent === undefined ? undefined : names.get(state.parent);
    if (parent === undefined || isRootStack(parent)) continue;
    const parts = { stack: stackOf(state.urn), project: projectOf(state.urn), type: typeOf(state.urn) };
    const urn = createUrnBelow(qualifiedTypeOf(parent), { ...parts, name: nameOf(state.urn) });
    if (urn !== state.urn) names.set(state.urn, urn);
  }
  return names;
}

/** The states with every reference to a renamed resource set to its present URN; aliases are used up by that. */
export function normalizedReferences(resources: ResourceState[]): ResourceState[] {
  const names = renamed(resources);
  if (names.size === 0) return resources;
  const present = (urn: string): string => names.get(urn) ?? urn;
  return resources.map((state) => {
    const { aliases: _, ...copy } = state;
    const fixed: ResourceState = { ...copy, urn: present(state.urn) };
    if (state.parent !== undefined) fixed.parent = present(state.parent);
    if (state.deletedWith !== undefined) fixed.deletedWith = present(state.deletedWith);
    if (state.dependencies !== undefined) fixed.dependencies = state.dependencies.map(present);
    if (state.replaceWith !== undefined) fixed.replaceWith = state.replaceWith.map(present);
    if (state.propertyDependencies !== undefined)
      fixed.propertyDependencies = renamedDependencies(state.propertyDependencies, names);
    if (state.provider !== undefined) {
      const { urn, id } = parseProviderReference(state.provider);
      fixed.provider = providerReference(present(urn), id);
    }
    return fixed;
  });
}

/** As Pulumi does it: once a name changes, properties that depend on nothing are no longer listed. */
function renamedDependencies(given: Record<string, string[]>, names: Map<string, string>): Record<string, string[]> {
  const entries = Object.entries(given);
  if (!entries.some(([, urns]) => urns.some((urn) => names.has(urn)))) return given;
  const listed = entries.filter(([, urns]) => urns.length > 0);
  return Object.fromEntries(listed.map(([key, urns]) => [key, urns.map((urn) => names.get(urn) ?? urn)]));
}

/** A provider without outputs has its inputs for them, as in states of engines that kept none. */
export const withProviderOutputs = (resources: ResourceState[]): ResourceState[] =>
  resources.map((state) => {
    const outputs = providerConfig(inputsOf(state));
    const lacksOutputs = isProviderType(state.type) && Object.keys(outputsOf(state)).length === 0;
    return lacksOutputs && Object.keys(outputs).length > 0 ? { ...state, outputs } : state;
  });

/** The states in dependency order; in the given order where that is one. */
export function inDependencyOrder(resources: ResourceState[]): ResourceState[] {
  const olds = new Map<string, ResourceState>();
  const news = new Map<string, ResourceState>();
  for (const state of resources) (state.delete ? olds : news).set(state.urn, state);
  const sorted: ResourceState[] = [];
  const visited = new Set<ResourceState>();
  const visit = (state: ResourceState): void => {
    if (visited.has(state)) return;
    visited.add(state);
    const [preferred, other] = state.delete ? [olds, news] : [news, olds];
    const provider = providerUrnOf(state);
    for (const urn of [...dependenciesOf(state).map((dependency) => dependency.urn), ...(provider ? [provider] : [])]) {
      const needed = preferred.get(urn) ?? other.get(urn);
      if (needed !== undefined) visit(needed);
    }
    sorted.push(state);
  };
  for (const state of resources) visit(state);
  return sorted;
}

/**
 * Who depends on whom in a list of states. The list is in dependency order, and a URN may stand in it more than once:
 * a replacement and the old halves that still have to be deleted.
 */
import type { ResourceState } from "../state/resource.ts";
import { dependenciesOf, providerUrnOf } from "./resource-state.ts";

export class DependencyGraph {
  readonly resources: ResourceState[];
  readonly #index = new Map<ResourceState, number>();
  readonly #byUrn = new Map<string, number[]>();
  readonly #childrenOf = new Map<string, number[]>();

  constructor(resources: ResourceState[]) {
    this.resources = resources;
    resources.forEach((state, index) => {
      this.#index.set(state, index);
      push(this.#byUrn, state.urn, index);
      if (state.parent) push(this.#childrenOf, state.parent, index);
    });
  }

  contains(state: ResourceState): boolean {
    return this.#index.has(state);
  }

  /** What depends on the resource, directly or not, in dependency order. */
  dependingOn(state: ResourceState, ignore: ReadonlySet<string>, includeChildren: boolean): ResourceState[] {
    const dependents: ResourceState[] = [];
    const set = new Set([state.urn]);
    const isDependent = (candidate: ResourceState): boolean => {
      if (ignore.has(candidate.urn)) return false;
      const provider = providerUrnOf(candidate);
      if (provider !== undefined && set.has(provider)) return true;
      return dependenciesOf(candidate).some(({ kind, urn }) => (kind !== "parent" || includeChildren) && set.has(urn));
    };
    for (let i = this.#position(state) + 1; i < this.resources.length; i++) {
      const candidate = this.resources[i];
      if (candidate === undefined || !isDependent(candidate)) continue;
      dependents.push(candidate);
      set.add(candidate.urn);
    }
    return dependents;
  }

  /**
   * What the resource depends on directly: provider, parent, dependencies, what it is deleted or replaced with. For a
   * component also the children that it has before the resource, since a dependency on a component means all of it.
   */
  dependenciesOf(state: ResourceState): Set<ResourceState> {
    const position = this.#position(state);
    const found = new Set<ResourceState>();
    const add = (urn: string, withChildren: boolean): void => {
      for (const index of this.#byUrn.get(urn) ?? []) {
        const candidate = this.resources[index];
        if (index >= position || candidate === undefined || found.has(candidate)) continue;
        found.add(candidate);
        if (withChildren && !candidate.custom) this.#addChildren(urn, position, found);
      }
    };
    const provider = providerUrnOf(state);
    if (provider !== undefined) add(provider, true);
    for (const { kind, urn } of dependenciesOf(state)) if (kind !== "parent") add(urn, true);
    if (state.parent) add(state.parent, false);
    return found;
  }

  #addChildren(urn: string, before: number, found: Set<ResourceState>): void {
    for (const index of this.#childrenOf.get(urn) ?? []) {
      const child = this.resources[index];
      if (index >= before || child === undefined) continue;
      found.add(child);
      this.#addChildren(child.urn, before, found);
    }
  }

  /** Everything that the resource depends on, directly or not. */
  transitiveDependenciesOf(state: ResourceState): Set<ResourceState> {
    const found = new Set<ResourceState>();
    const visit = (current: ResourceState): void => {
      for (const next of this.#referents(current)) {
        if (next === state || found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(state);
    return found;
  }

  /** Old halves refer to old halves where there are both, everything else to what is alive. */
  #referents(state: ResourceState): ResourceState[] {
    const provider = providerUrnOf(state);
    const urns = [...dependenciesOf(state).map(({ urn }) => urn), ...(provider !== undefined ? [provider] : [])];
    return urns.flatMap((urn) => {
      const candidates = (this.#byUrn.get(urn) ?? []).flatMap((index) => this.resources[index] ?? []);
      const preferred = candidates.filter((candidate) => Boolean(candidate.delete) === Boolean(state.delete));
      return (preferred.length > 0 ? preferred : candidates).slice(-1);
    });
  }

  #position(state: ResourceState): number {
    const index = this.#index.get(state);
    if (index === undefined) throw new Error(`${state.urn} is not in the dependency graph`);
    return index;
  }
}

function push<K>(map: Map<K, number[]>, key: K, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}

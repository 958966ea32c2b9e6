/** What a pack was told already: neither a provider nor a resource crosses a second time as a whole. */
import type { AnalyzedOptions, AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { PropertyMap } from "../../values.ts";
import type { ChangedResource, WiredResource } from "./protocol.ts";

interface Numbered {
  number: number;
  resource: AnalyzedResource;
}

export class ToldResources {
  readonly #tellProvider: (provider: AnalyzedProvider) => void;
  readonly #providers = new Map<AnalyzedProvider, number>();
  /** By URN, as it was asked about last. */
  readonly #asked = new Map<string, Numbered>();
  /** By URN, as a resource of the stack. */
  readonly #stack = new Map<string, Numbered>();
  #count = 0;

  constructor(tellProvider: (provider: AnalyzedProvider) => void) {
    this.#tellProvider = tellProvider;
  }

  /** For a question about the resource. */
  ask(resource: AnalyzedResource, id: number): WiredResource {
    this.#asked.set(resource.urn, { number: id, resource });
    return this.#wired(resource);
  }

  /** As resources of the stack. */
  tell(resources: AnalyzedResource[]): (WiredResource | ChangedResource)[] {
    return resources.map((resource) => {
      this.#stack.set(resource.urn, { number: this.#count, resource });
      this.#count += 1;
      const asked = this.#asked.get(resource.urn);
      return asked && isLike(asked.resource, resource) ? changesOf(asked, resource) : this.#wired(resource);
    });
  }

  /** The engine replaces what it changes: the same object holds the same values. */
  isTold({ dependencies, parent, properties, propertyDependencies, urn }: AnalyzedResource): boolean {
    const told = this.#stack.get(urn)?.resource;
    return (
      told !== undefined &&
      told.properties === properties &&
      told.dependencies === dependencies &&
      told.propertyDependencies === propertyDependencies &&
      told.parent === parent
    );
  }

  /** The numbers of the stack's resources, which then begin again. */
  takeNumbers(resources: AnalyzedResource[]): number[] {
    const numbers = resources.map(({ urn }) => this.#stack.get(urn)?.number ?? -1);
    this.#stack.clear();
    this.#asked.clear();
    this.#count = 0;
    return numbers;
  }

  #wired(resource: AnalyzedResource): WiredResource {
    const { provider, ...rest } = resource;
    return provider ? { ...rest, provider: this.#numberOf(provider) } : rest;
  }

  #numberOf(provider: AnalyzedProvider): number {
    const found = this.#providers.get(provider);
    if (found !== undefined) return found;
    this.#tellProvider(provider);
    this.#providers.set(provider, this.#providers.size);
    return this.#providers.size - 1;
  }
}

/** All but the properties and the places in the stack. */
function isLike(asked: AnalyzedResource, told: AnalyzedResource): boolean {
  return asked.provider === told.provider && asked.type === told.type && areSame(asked.options, told.options);
}

function areSame(left: AnalyzedOptions, right: AnalyzedOptions): boolean {
  const names = Object.keys(left) as (keyof AnalyzedOptions)[];
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

function changesOf(asked: Numbered, told: AnalyzedResource): ChangedResource {
  const before = asked.resource.properties;
  const { dependencies, parent, properties, propertyDependencies } = told;
  const changed: PropertyMap = {};
  for (const name of Object.keys(properties)) {
    const value = properties[name];
    if (value !== undefined && value !== before[name]) changed[name] = value;
  }
  return {
    asked: asked.number,
    changed,
    gone: Object.keys(before).filter((name) => properties[name] === undefined),
    ...(parent && { parent }),
    ...(dependencies && { dependencies }),
    ...(propertyDependencies && { propertyDependencies: withTargets(propertyDependencies) }),
  };
}

/** Most properties depend on nothing, which no rule is told of. */
function withTargets(propertyDependencies: Record<string, string[]>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const name of Object.keys(propertyDependencies)) {
    const urns = propertyDependencies[name] ?? [];
    if (urns.length > 0) found[name] = urns;
  }
  return found;
}

/**
 * What a rule is called with, as the SDK's server builds it (`server.js`). There, every rule costs a new copy of the
 * resource, or of all resources of the stack, whether it reads them or not; here the copy is made by the first read.
 */
import type { AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { PropertyMap } from "../../values.ts";
import { holdsAssets, plainMap } from "../plain-values.ts";
import type { RuntimeValues } from "./runtime-values.ts";
import type { Sdk } from "./sdk.ts";

/** A resource as the engine sent it, made ready once for all rules. */
export interface Known {
  resource: AnalyzedResource;
  properties: PropertyMap;
  provider: (AnalyzedProvider & { properties: PropertyMap }) | undefined;
  /** Broken assets make every rule fail, also one that does not read them. */
  readAtOnce: boolean;
}

export function known(resource: AnalyzedResource, { skipInternal }: { skipInternal: boolean }): Known {
  const properties = plainMap(resource.properties, { skipInternal });
  const { provider } = resource;
  return {
    resource,
    properties,
    provider: provider && { ...provider, properties: plainMap(provider.properties, { skipInternal: true }) },
    readAtOnce: holdsAssets(properties),
  };
}

export class NotApplicableError extends Error {
  readonly reason: string | undefined;
  constructor(reason?: string) {
    super(reason ?? "Policy does not apply");
    this.reason = reason;
  }
}

export const throwNotApplicable = (reason?: string): never => {
  throw new NotApplicableError(reason);
};

/** No tags: the engine has none to send. */
const stackTags = Object.freeze(new Map<string, string>());

/** A value made by the first read, that may be written over. */
class Lazy<T> {
  readonly #make: () => T;
  #value: { held: T } | undefined;
  constructor(make: () => T) {
    this.#make = make;
  }
  get(): T {
    this.#value ??= { held: this.#make() };
    return this.#value.held;
  }
  set(held: T): void {
    this.#value = { held };
  }
}

export class RuleArguments {
  readonly #sdk: Sdk;
  readonly #values: RuntimeValues;

  constructor(sdk: Sdk, values: RuntimeValues) {
    this.#sdk = sdk;
    this.#values = values;
  }

  /** For `validateResource`. */
  forResource(about: Known, getConfig: () => object) {
    const { resource } = about;
    const props = new Lazy(() => this.#values.judged(about.properties));
    if (about.readAtOnce) props.get();
    const args = {
      type: resource.type,
      get props() {
        return props.get();
      },
      set props(value) {
        props.set(value);
      },
      urn: resource.urn,
      name: resource.name,
      opts: optionsOf(resource),
      stackTags,
      isType: (resourceClass: unknown) => this.#isType(resource.type, resourceClass),
      asType: (resourceClass: unknown) => (this.#isType(resource.type, resourceClass) ? props.get() : undefined),
      getConfig,
      notApplicable: throwNotApplicable,
    };
    return this.#withProvider(args, about);
  }

  /** For `remediateResource`; `props` is shared with the remediations before. */
  forRemediation(about: Known, opts: object, props: unknown, getConfig: () => object) {
    const { name, type, urn } = about.resource;
    const args = {
      urn,
      name,
      type,
      opts,
      props,
      stackTags,
      getConfig,
      isType: (resourceClass: unknown) => this.#isType(type, resourceClass),
      asType: (resourceClass: unknown) => (this.#isType(type, resourceClass) ? props : undefined),
      notApplicable: throwNotApplicable,
    };
    return this.#withProvider(args, about);
  }

  /** For `validateStack`. */
  forStack(stack: readonly Known[], getConfig: () => object) {
    const resources = new Lazy(() => this.#resourcesOf(stack));
    return {
      get resources() {
        return resources.get();
      },
      set resources(value) {
        resources.set(value);
      },
      getConfig,
      stackTags,
      notApplicable: throwNotApplicable,
    };
  }

  /** Resources that refer to each other: a rule's own, as the SDK makes them. */
  #resourcesOf(stack: readonly Known[]): object[] {
    const byUrn = new Map<string, object>();
    const found = (urn: string) => byUrn.get(urn);
    const resources = stack.map((about) => this.#stackResource(about, found));
    for (const [index, { resource }] of stack.entries()) byUrn.set(resource.urn, resources[index] ?? {});
    for (const [index, { resource }] of stack.entries()) {
      const parent = resource.parent && byUrn.get(resource.parent);
      if (parent) Object.assign(resources[index] ?? {}, { parent });
    }
    return resources;
  }

  #stackResource(about: Known, found: (urn: string) => object | undefined): object {
    const { resource } = about;
    const targets = (urns: readonly string[]) => urns.map(found).filter((target) => target !== undefined);
    const props = new Lazy(() => this.#values.judged(about.properties));
    const opts = new Lazy(() => optionsOf(resource));
    const dependencies = new Lazy(() => targets(resource.dependencies ?? []));
    const propertyDependencies = new Lazy(() => {
      const all = Object.entries(resource.propertyDependencies ?? {}).filter(([, urns]) => urns.length > 0);
      return Object.fromEntries(all.sort(byKey).map(([property, urns]) => [property, targets(urns)]));
    });
    if (about.readAtOnce) props.get();
    const made = {
      type: resource.type,
      get props() {
        return props.get();
      },
      set props(value) {
        props.set(value);
      },
      urn: resource.urn,
      name: resource.name,
      get opts() {
        return opts.get();
      },
      set opts(value) {
        opts.set(value);
      },
      get dependencies() {
        return dependencies.get();
      },
      set dependencies(value) {
        dependencies.set(value);
      },
      get propertyDependencies() {
        return propertyDependencies.get();
      },
      set propertyDependencies(value) {
        propertyDependencies.set(value);
      },
      isType: (resourceClass: unknown) => this.#isType(resource.type, resourceClass),
      asType: (resourceClass: unknown) => (this.#isType(resource.type, resourceClass) ? props.get() : undefined),
    };
    return this.#withProvider(made, about);
  }

  #withProvider<T extends object>(args: T, { provider }: Known): T {
    if (provider === undefined) return args;
    const { name, properties, type, urn } = provider;
    const made = new Lazy(() => ({ type, props: this.#values.judged(properties), urn, name }));
    return Object.defineProperty(args, "provider", {
      enumerable: true,
      configurable: true,
      get: () => made.get(),
      set: (value) => made.set(value),
    });
  }

  #isType(type: string, resourceClass: unknown): boolean {
    const known = this.#sdk.getPulumiType(resourceClass);
    if (known !== undefined) return type === known;
    const { isInstance } = resourceClass as { isInstance?: unknown };
    return typeof isInstance === "function" && isInstance.call(resourceClass, { __pulumiType: type }) === true;
  }
}

const byKey = ([left]: [string, unknown], [right]: [string, unknown]): number => (left < right ? -1 : 1);

export function optionsOf({ options }: AnalyzedResource): object {
  const { additionalSecretOutputs, aliases, customTimeouts, deleteBeforeReplace, ignoreChanges, parent, protect } =
    options;
  return {
    protect,
    ignoreChanges: [...ignoreChanges],
    aliases: [...aliases],
    customTimeouts: {
      createSeconds: customTimeouts.create ?? 0,
      updateSeconds: customTimeouts.update ?? 0,
      deleteSeconds: customTimeouts.delete ?? 0,
    },
    additionalSecretOutputs: [...additionalSecretOutputs],
    ...(deleteBeforeReplace !== undefined && { deleteBeforeReplace }),
    ...(parent && { parent }),
  };
}

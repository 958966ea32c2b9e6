/**
 * What a rule is called with, as the SDK's server builds it (`server.js`). There, every rule costs a new copy of the
 * resource, or of all resources of the stack, whether it reads them or not; here the copy is made by the first look.
 */
import type { AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { PropertyMap } from "../../values.ts";
import { type Contents, plainContents, plainMap } from "../plain-values.ts";
import { lazyMap } from "./lazy-map.ts";
import type { RuntimeValues } from "./runtime-values.ts";
import type { Sdk } from "./sdk.ts";

/** A resource as the engine sent it, made ready once for all rules: its own properties are asked of the maps below. */
export interface Known {
  resource: Omit<AnalyzedResource, "properties">;
  /** As a judgement sees them. */
  properties: PropertyMap;
  /** As a remediation sees them: with the keys that begin with two underscores. */
  complete: PropertyMap;
  /** Those that name a resource, in the order of a protobuf map. */
  propertyDependencies: [string, string[]][];
  /** Broken assets make every rule fail, also one that does not read them. */
  readAtOnce: boolean;
}

export function known(resource: AnalyzedResource): Known {
  const { contents, plain } = plainContents(resource.properties);
  return ready(resource, plain, contents);
}

/** The same resource with other properties, and as it stands in the stack. */
export function changed(
  { complete, properties, readAtOnce, resource }: Known,
  change: { changed: PropertyMap; gone: readonly string[] },
  places: Pick<AnalyzedResource, "parent" | "dependencies" | "propertyDependencies">,
): Known {
  const { contents, plain } = plainContents(change.changed);
  const both = { ...complete, ...plain };
  const merged: PropertyMap = {};
  for (const name of Object.keys(both).sort()) {
    if (!change.gone.includes(name)) merged[name] = both[name] ?? null;
  }
  // What is gone may have been the reason: to look once too often changes nothing.
  return ready({ ...resource, ...places }, merged, {
    assets: readAtOnce || contents.assets,
    internal: properties !== complete || contents.internal,
  });
}

function ready(resource: Known["resource"], complete: PropertyMap, { assets, internal }: Contents): Known {
  return {
    resource,
    properties: internal ? plainMap(complete, { skipInternal: true }) : complete,
    complete,
    propertyDependencies: Object.entries(resource.propertyDependencies ?? {})
      .filter(([, urns]) => urns.length > 0)
      .sort(byKey),
    readAtOnce: assets,
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

const noTags = new Map<string, string>();

/** No tags: the engine has none to send. In the SDK too, nobody can write to them. */
const stackTags = Object.freeze({
  entries: noTags.entries.bind(noTags),
  forEach: noTags.forEach.bind(noTags),
  get: noTags.get.bind(noTags),
  has: noTags.has.bind(noTags),
  keys: noTags.keys.bind(noTags),
  size: 0,
  values: noTags.values.bind(noTags),
  [Symbol.iterator]: noTags[Symbol.iterator].bind(noTags),
});

/** As far as it is filled later. */
interface StackResource {
  dependencies: object[];
  propertyDependencies: Record<string, object[]>;
}

export class RuleArguments {
  readonly #sdk: Sdk;
  readonly #values: RuntimeValues;
  readonly #providers = new WeakMap<PropertyMap, PropertyMap>();
  /** What {@link foresee} made and no rule has had yet. */
  readonly #foreseen = new WeakMap<Known, StackResource>();

  constructor(sdk: Sdk, values: RuntimeValues) {
    this.#sdk = sdk;
    this.#values = values;
  }

  /** For `validateResource`. */
  forResource(about: Known, getConfig: () => object): object {
    const { name, type, urn } = about.resource;
    const props = this.#props(about);
    const args = {
      type,
      props,
      urn,
      name,
      opts: optionsOf(about.resource),
      stackTags,
      isType: (resourceClass: unknown) => this.#isType(type, resourceClass),
      asType: (resourceClass: unknown) => (this.#isType(type, resourceClass) ? props : undefined),
      getConfig,
      notApplicable: throwNotApplicable,
    };
    const { provider } = about.resource;
    return provider ? Object.assign(args, { provider: this.#provider(provider) }) : args;
  }

  /** For `remediateResource`; `props` is shared with the remediations before. */
  forRemediation(about: Known, opts: object, props: unknown, getConfig: () => object): object {
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
    const { provider } = about.resource;
    return provider ? Object.assign(args, { provider: this.#provider(provider) }) : args;
  }

  /** For `validateStack`. Its resources are made when they are asked for. */
  forStack(stack: readonly Known[], getConfig: () => object): object {
    let resources: object[] | undefined;
    const make = () => this.#stackResources(stack);
    return {
      get resources() {
        resources ??= make();
        return resources;
      },
      set resources(given) {
        resources = given;
      },
      getConfig,
      stackTags,
      notApplicable: throwNotApplicable,
    };
  }

  /** Resources that refer to each other: a rule's own, as the SDK makes them. */
  #stackResources(stack: readonly Known[]): object[] {
    const made = stack.map((about) => ({ about, resource: this.#takeForeseen(about) ?? this.#stackResource(about) }));
    const byUrn = new Map(made.map(({ about, resource }) => [about.resource.urn, resource]));
    const targets = (urns: readonly string[] = []) =>
      urns.map((urn) => byUrn.get(urn)).filter((target) => target !== undefined);
    for (const { about, resource } of made) {
      const parent = about.resource.parent && byUrn.get(about.resource.parent);
      if (parent) Object.assign(resource, { parent });
      resource.dependencies = targets(about.resource.dependencies);
      for (const [property, urns] of about.propertyDependencies)
        resource.propertyDependencies[property] = targets(urns);
    }
    return made.map(({ resource }) => resource);
  }

  foresee(part: readonly Known[]): void {
    for (const about of part) this.#foreseen.set(about, this.#stackResource(about));
  }

  /** Only once: each rule gets resources of its own. */
  #takeForeseen(about: Known): StackResource | undefined {
    const resource = this.#foreseen.get(about);
    this.#foreseen.delete(about);
    return resource;
  }

  #stackResource(about: Known): StackResource {
    const { name, type, urn } = about.resource;
    const props = this.#props(about);
    const made = {
      type,
      props,
      urn,
      name,
      opts: optionsOf(about.resource),
      dependencies: [],
      propertyDependencies: {},
      isType: (resourceClass: unknown) => this.#isType(type, resourceClass),
      asType: (resourceClass: unknown) => (this.#isType(type, resourceClass) ? props : undefined),
    };
    const { provider } = about.resource;
    return provider ? Object.assign(made, { provider: this.#provider(provider) }) : made;
  }

  #props({ properties, readAtOnce }: Known): object {
    return readAtOnce ? this.#values.judged(properties) : lazyMap(() => this.#values.judged(properties));
  }

  #provider({ name, properties, type, urn }: AnalyzedProvider): object {
    const read = () => this.#values.judged(this.#plainProvider(properties));
    return { type, props: lazyMap(read), urn, name };
  }

  #plainProvider(properties: PropertyMap): PropertyMap {
    const plain = this.#providers.get(properties) ?? plainMap(properties, { skipInternal: true });
    this.#providers.set(properties, plain);
    return plain;
  }

  #isType(type: string, resourceClass: unknown): boolean {
    const known = this.#sdk.getPulumiType(resourceClass);
    if (known !== undefined) return type === known;
    const { isInstance } = resourceClass as { isInstance?: unknown };
    return typeof isInstance === "function" && isInstance.call(resourceClass, { __pulumiType: type }) === true;
  }
}

const byKey = ([left]: [string, unknown], [right]: [string, unknown]): number => (left < right ? -1 : 1);

export function optionsOf({ options }: Pick<AnalyzedResource, "options">): object {
  const { additionalSecretOutputs, aliases, customTimeouts, deleteBeforeReplace, ignoreChanges, parent, protect } =
    options;
  return {
    protect,
    ignoreChanges,
    aliases,
    customTimeouts: {
      createSeconds: customTimeouts.create ?? 0,
      updateSeconds: customTimeouts.update ?? 0,
      deleteSeconds: customTimeouts.delete ?? 0,
    },
    additionalSecretOutputs,
    ...(deleteBeforeReplace !== undefined && { deleteBeforeReplace }),
    ...(parent && { parent }),
  };
}

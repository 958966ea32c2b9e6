/** A provider package of the sandbox: its services, its own configuration and its functions. */
import type { CheckFailure } from "../engine/provider.ts";
import type { PropertyMap } from "../engine/values.ts";
import { type FactsFile, type PropertyFacts, parseType } from "./facts.ts";
import type { Behaviour, Bridge, ResourceType } from "./type.ts";
import type { World } from "./world.ts";

export interface Service {
  /** The JSON file of the facts, relative to the repository, for hints. */
  file: string;
  facts: FactsFile;
  behaviours: Readonly<Record<string, Behaviour>>;
  /** Tokens whose bridge is not the package's. */
  bridges?: Readonly<Record<string, Bridge>>;
}

/** Where a configured provider works. */
export interface Place {
  account: string;
  region: string;
  team: string;
  defaultTags: PropertyMap;
}

export type InvokeFunction = (
  args: PropertyMap,
  place: Place,
  world: World,
) => { result: PropertyMap; failures?: CheckFailure[] };

export interface Package {
  name: string;
  bridge: Bridge;
  /** The name of the service that a type belongs to; `undefined` for a token that is not of this package's form. */
  serviceOf: (token: string) => string | undefined;
  /** Loaded when the first resource of the service comes. */
  services: Readonly<Record<string, () => Promise<Service>>>;
  configuration: {
    properties: ReadonlyMap<string, PropertyFacts>;
    /** What the provider adds to its own inputs. */
    defaults?: PropertyMap;
    /** Judges the inputs, structured values parsed. */
    check?: (inputs: PropertyMap) => CheckFailure[];
    place: (inputs: PropertyMap) => Place;
  };
  functions: Readonly<Record<string, InvokeFunction>>;
}

/** Finds the rows of a package's table, and keeps them. */
export class TypeTable {
  readonly #package: Package;
  readonly #types = new Map<string, ResourceType>();
  readonly #aliases = new Map<string, string>();
  readonly #loaded = new Set<string>();

  constructor(definition: Package) {
    this.#package = definition;
  }

  /** The row for a token, or the reason why there is none. */
  async find(token: string): Promise<ResourceType | string> {
    const known = this.#types.get(token);
    if (known !== undefined) return known;
    const name = this.#package.serviceOf(token);
    const load = name === undefined ? undefined : this.#package.services[name];
    if (name === undefined || load === undefined) return this.#unknown(token, `sandbox/${this.#package.name}/`);
    if (!this.#loaded.has(name)) this.#add(await load());
    this.#loaded.add(name);
    return (
      this.#types.get(this.#aliases.get(token) ?? token) ??
      this.#unknown(token, `sandbox/${this.#package.name}/${name}.json`)
    );
  }

  #unknown(token: string, place: string): string {
    return `the sandbox does not know the type ${token}: add it to ${place} (see sandbox/README.md)`;
  }

  #add({ file, facts, behaviours, bridges }: Service): void {
    for (const [token, written] of Object.entries(facts.types)) {
      const behaviour = behaviours[token];
      if (behaviour === undefined) throw new Error(`${file} describes ${token}, but no behaviour stands beside it`);
      for (const alias of written.aliases ?? []) this.#aliases.set(alias, token);
      this.#types.set(token, {
        facts: parseType(token, written, facts.enums),
        behaviour,
        bridge: bridges?.[token] ?? this.#package.bridge,
        file,
      });
    }
  }
}

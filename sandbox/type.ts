/** A resource type: its row in the table. The facts are data; what only code can say stands in its behaviour. */
import type { PropertyMap } from "../engine/values.ts";
import type { TypeFacts } from "./facts.ts";
import type { Rule } from "./rules.ts";
import type { World, WorldRecord } from "./world.ts";

/** How a name is generated from the resource's logical name: `<name>-<7 hex digits>`, as Pulumi's bridge does. */
export interface Autoname {
  property: string;
  maxLength: number;
  lowerCase?: boolean;
  /** Characters that the provider's rule does not allow in a name are replaced by a hyphen. */
  replaces?: RegExp;
  /** @default "-" */
  separator?: string;
  /** Appended after the digits, for example `.fifo`. */
  suffix?: (inputs: PropertyMap) => string;
}

/** What a type may know of its surroundings when it computes an id or outputs. */
export interface Surroundings {
  /** The logical name and URN of the resource. */
  name: string;
  urn: string;
  /** 12 digits; of the sandbox. */
  account: string;
  /** The resource's own region, or the provider's. */
  region: string;
  /** The Vercel team's id. */
  team: string;
  /** Tags that the provider adds to every resource. */
  defaultTags: PropertyMap;
  /** Server coordinates and the like: the provider's own checked configuration. */
  configuration: PropertyMap;
  world: World;
  /** The outputs before an update. */
  old?: PropertyMap;
}

export interface Behaviour {
  autoname?: Autoname;
  rules?: readonly Rule[];
  /** Changes the inputs after the defaults were applied, as the provider's `StateFunc` or default functions do. */
  normalise?: (
    inputs: PropertyMap,
    surroundings: Pick<Surroundings, "account" | "region" | "team" | "defaultTags">,
  ) => void;
  /** Names that only one resource in the world may have; they also find what an interrupted creation left behind. */
  unique?: (inputs: PropertyMap, surroundings: Surroundings) => string[];
  /** What the API says when such a name is taken, or `overwrite` when it silently replaces the other. @default a message */
  taken?: ((inputs: PropertyMap) => string) | "overwrite";
  /** Refuses, in the API's words, what can only be judged against what exists. */
  admit?: (inputs: PropertyMap, surroundings: Surroundings) => string | undefined;
  id: (inputs: PropertyMap, surroundings: Surroundings) => string;
  /** What tells resources of one id apart: a region, a revision, a server. @default nothing */
  place?: (outputs: PropertyMap, configuration: PropertyMap) => string;
  /** Everything that the provider computes, after a create or an update. */
  outputs?: (inputs: PropertyMap, surroundings: Surroundings, id: string) => PropertyMap;
  /** Outputs that are known before a create, beside the inputs and the static defaults. */
  foreseen?: (inputs: PropertyMap, surroundings: Surroundings) => PropertyMap;
  /** What stands in the outputs for inputs that were not given and have no static default. */
  unset?: PropertyMap;
  /**
   * Computed properties that the provider does not carry over into the plan of an update: they show among its
   * differences and are unknown in a preview.
   */
  recomputed?: readonly string[];
  /** What the API deletes together with this resource. */
  takesAlong?: (record: WorldRecord, world: World) => WorldRecord[];
  /** Further properties that force a replacement between these inputs and outputs. */
  replaces?: (oldOutputs: PropertyMap, newInputs: PropertyMap) => string[];
  /** Properties that force no replacement between these, although the facts say so. */
  keeps?: (oldOutputs: PropertyMap, newInputs: PropertyMap) => string[];
  /** Properties whose values are equal although they are written differently. */
  equivalent?: Readonly<Record<string, (first: string, second: string) => boolean>>;
  /** The provider deletes first, whatever the program says. */
  deleteBeforeReplace?: boolean;
  /** Changes in these are not seen. */
  ignored?: readonly string[];
  /** The outputs do not hold these. */
  hidden?: readonly string[];
}

/** How the provider's plugin is made: the two bridges differ in what `check` and `diff` tell. */
export type Bridge = "sdk" | "framework";

export interface ResourceType {
  readonly facts: TypeFacts;
  readonly behaviour: Behaviour;
  readonly bridge: Bridge;
  /** The JSON file that holds the facts, for hints. */
  readonly file: string;
}

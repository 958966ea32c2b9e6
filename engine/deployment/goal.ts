/** What a program asks for: the desired state of one resource, before the engine has decided how to get there. */
import type { CustomTimeouts, ResourceState } from "../state/resource.ts";
import type { PropertyMap } from "../values.ts";

/** A former identity: either a whole URN, or what differed from today's. */
export interface Alias {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parent?: string;
  noParent?: boolean;
}

export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  inputs: PropertyMap;
  parent: string | undefined;
  protect: boolean | undefined;
  dependencies: string[];
  /** `<provider's URN>::<provider's id>`; none for components and providers. */
  provider: string | undefined;
  propertyDependencies: Record<string, string[]>;
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  importId: string | undefined;
  customTimeouts: CustomTimeouts;
  replaceOnChanges: string[];
  retainOnDelete: boolean | undefined;
  deletedWith: string | undefined;
  replaceWith: string[];
  hideDiff: string[];
  sourcePosition: string | undefined;
}

export const plainGoal = (fields: Pick<Goal, "type" | "name" | "custom"> & Partial<Goal>): Goal => ({
  inputs: {},
  parent: undefined,
  protect: undefined,
  dependencies: [],
  provider: undefined,
  propertyDependencies: {},
  deleteBeforeReplace: undefined,
  ignoreChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  importId: undefined,
  customTimeouts: {},
  replaceOnChanges: [],
  retainOnDelete: undefined,
  deletedWith: undefined,
  replaceWith: [],
  hideDiff: [],
  sourcePosition: undefined,
  ...fields,
});

/** What a registration or a read ends with. */
export interface Registered {
  state: ResourceState;
  /** True for a resource that was left out of a run limited to targets: its outputs are not known. */
  unknown: boolean;
}

export interface Registration {
  kind: "register";
  goal: Goal;
  done(result: Registered): void;
}

export interface ReadRegistration {
  kind: "read";
  type: string;
  name: string;
  id: string;
  parent: string | undefined;
  inputs: PropertyMap;
  dependencies: string[];
  provider: string;
  additionalSecretOutputs: string[];
  sourcePosition: string | undefined;
  done(result: Registered): void;
}

export interface OutputsRegistration {
  kind: "outputs";
  urn: string;
  outputs: PropertyMap;
  done(): void;
}

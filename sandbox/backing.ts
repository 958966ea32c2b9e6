/**
 * A real service behind some of the resource types: a Postgres cluster, a redis-server, an object store. The table
 * decides what is valid and computes the outputs; a backing makes it true and may say more about it.
 */
import type { PropertyMap } from "../engine/values.ts";

/** What a backing is told of the resource. Inputs are checked, without secret envelopes and without unknowns. */
export interface BackedResource {
  type: string;
  urn: string;
  /** The logical name. */
  name: string;
  id: string;
  inputs: PropertyMap;
  /** What the table computed; in `update`, `read` and `delete` as recorded with the backing's own answers over it. */
  outputs: PropertyMap;
  /** The provider's own checked configuration: server coordinates, credentials. */
  configuration: PropertyMap;
}

export interface BackedUpdate extends BackedResource {
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
}

export interface Backing {
  handles(type: string): boolean;
  /**
   * True where the service itself refuses what cannot be, such as a grant to a role that does not exist: the table's own
   * judgement of what exists is left out then.
   *
   * @default false
   */
  readonly judges?: boolean;
  /**
   * Called before the resource is recorded, and never in a preview. Must stand being called again with the same
   * resource: after a kill, the engine repeats what it has no record of. What is answered is laid over the computed
   * outputs; answer computed properties only, or the next `diff` sees a change that nobody made.
   */
  create(resource: BackedResource): Promise<PropertyMap>;
  update(resource: BackedUpdate): Promise<PropertyMap>;
  /** Succeeds when the thing is gone already. */
  delete(resource: BackedResource): Promise<void>;
  /** The outputs that differ from the recorded ones; `undefined` when the thing is gone. */
  read(resource: BackedResource): Promise<PropertyMap | undefined>;
  /** Releases connections. */
  close?(): Promise<void>;
}

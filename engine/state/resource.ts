/**
 * A resource as the checkpoint records it: the names and shapes of Pulumi's checkpoint version 3
 * (`sdk/go/common/apitype/core.go`, `ResourceV3`). In memory secrets are envelopes with their plain value; `engine/state`
 * seals them on the way to the disk and opens them on the way back.
 */
import type { PropertyMap } from "../values.ts";

export interface CustomTimeouts {
  /** Seconds. */
  create?: number;
  update?: number;
  delete?: number;
  read?: number;
}

export interface ResourceState {
  urn: string;
  custom: boolean;
  /** True for the old half of a replacement that still has to be deleted. */
  delete?: boolean;
  id?: string;
  type: string;
  inputs?: PropertyMap;
  outputs?: PropertyMap;
  parent?: string;
  protect?: boolean;
  /** True when somebody said that the next update shall replace it (`pulumi state taint`). */
  taint?: boolean;
  /** True for a resource that was read, not made: it is never deleted. */
  external?: boolean;
  dependencies?: string[];
  initErrors?: string[];
  /** `<provider's URN>::<provider's id>` */
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  /** True when the resource was deleted before its replacement was made, and the replacement is still missing. */
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  aliases?: string[];
  customTimeouts?: CustomTimeouts;
  importID?: string;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  /** RFC 3339, nanoseconds allowed. */
  created?: string;
  modified?: string;
  sourcePosition?: string;
  stackTrace?: { sourcePosition?: string }[];
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  hideDiff?: string[];
  refreshBeforeUpdate?: boolean;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** An operation that was begun and whose end was not recorded. */
export interface PendingOperation {
  resource: ResourceState;
  type: OperationType;
}

/** The whole of a stack's state, in dependency order: a resource stands after everything that it depends on. */
export interface Snapshot {
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
}

/**
 * Where a running deployment records what it does. `begin` and `end` resolve when the entry is durable; the engine
 * starts nothing that depends on a step before its `end` has resolved.
 *
 * Entries are applied to the snapshot in order. `end` names the states that the step removed and the one it left;
 * a state is identified by its `key`, since the two halves of a replacement share a URN.
 */
export interface Journal {
  begin(operation: PendingOperation): Promise<OperationHandle>;
  /** Records a change for which no provider is called (same, outputs of components, a state dropped). */
  record(change: StateChange): Promise<void>;
  /** Folds the journal into the checkpoint. The snapshot's `resources` is the complete, ordered list. */
  close(snapshot: Snapshot): Promise<void>;
}

export interface OperationHandle {
  /** Success or partial success: the operation is over and the state changed. */
  end(change: StateChange): Promise<void>;
  /** The provider refused: nothing happened. */
  fail(): Promise<void>;
}

export interface StateChange {
  remove: ResourceState[];
  put: ResourceState[];
}

/** What a step is: one operation on one resource, and what it leaves in the state. */
import type { StepOp } from "../../events.ts";
import type { DiffKind, DiffResult, PartialFailure, ResourceIdentity } from "../../provider.ts";
import type { OperationType, ResourceState } from "../../state/resource.ts";
import { nameOf } from "../../urn.ts";

export interface Applied {
  /** Lets what waits for the resource go on; called when the outcome is recorded. */
  complete?: () => void;
  /** The operation was done, but not completely: it is recorded and the step fails. */
  partial?: PartialFailure;
}

/** What a step did to the state. */
export interface Effect {
  /** States that are gone. */
  done: ResourceState[];
  /** States that are new, or that take the place of one that is gone. */
  made: ResourceState[];
  /** States of the base that stay, but were changed. */
  changed: { before: ResourceState; after: ResourceState }[];
}

export interface Step {
  readonly op: StepOp;
  readonly urn: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState | undefined;
  /** False for the physical halves of a replacement, which the logical step `replace` stands for. */
  readonly logical: boolean;
  readonly keys?: string[];
  readonly diffs?: string[];
  readonly detailedDiff?: Record<string, { kind: DiffKind; inputDiff: boolean }>;
  /** For a refresh: what it found to have happened. */
  readonly resultOp?: StepOp;
  /** What is recorded as under way while the step runs; absent when no provider is called. */
  readonly pending?: { type: OperationType; resource: ResourceState };
  apply(): Promise<Applied>;
  effect(): Effect;
}

export const effect = (part: Partial<Effect>): Effect => ({ done: [], made: [], changed: [], ...part });

export const identityOf = (state: ResourceState): ResourceIdentity => ({
  urn: state.urn,
  type: state.type,
  name: nameOf(state.urn),
});

/** Why a resource changes, as the step's events tell it. */
export interface Reasons {
  keys?: string[];
  diffs?: string[];
  detailedDiff?: NonNullable<DiffResult["detailedDiff"]>;
}

export function reasonsOf(diff: DiffResult): Reasons {
  return {
    keys: diff.replaces,
    diffs: diff.diffs,
    ...(diff.detailedDiff !== undefined && { detailedDiff: diff.detailedDiff }),
  };
}

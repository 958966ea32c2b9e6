/** Stands for a replacement as a whole; its halves are a create and a delete. */
import type { ResourceState } from "../../state/resource.ts";
import { type Applied, type Effect, effect, type Reasons, type Step } from "./step.ts";

export class ReplaceStep implements Step {
  readonly op = "replace";
  readonly urn: string;
  readonly old: ResourceState;
  readonly new: ResourceState;
  readonly logical = true;
  readonly keys?: string[];
  readonly diffs?: string[];
  readonly detailedDiff?: NonNullable<Reasons["detailedDiff"]>;

  constructor(old: ResourceState, state: ResourceState, reasons: Reasons) {
    this.old = old;
    this.new = state;
    this.urn = state.urn;
    Object.assign(this, reasons);
  }

  async apply(): Promise<Applied> {
    return {};
  }

  effect(): Effect {
    return effect({});
  }
}

/** Nothing to do: the resource stays as it is, with the options that the program gives it now. */
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import type { Registration } from "../goal.ts";
import { copyOf } from "../resource-state.ts";
import { type Applied, type Effect, effect, type Step } from "./step.ts";

type Kind =
  | "unchanged"
  /** Left alone because the run is limited to other resources. */
  | "untargeted"
  /** Not made, because the run is limited to other resources: it is in no state. */
  | "skipped-create";

export class SameStep implements Step {
  readonly op = "same";
  readonly urn: string;
  readonly old: ResourceState;
  readonly new: ResourceState;
  readonly logical = true;
  readonly kind: Kind;
  readonly #deployment: Deployment;
  readonly #registration: Registration | undefined;

  constructor(
    deployment: Deployment,
    registration: Registration | undefined,
    states: { old: ResourceState; new: ResourceState },
    kind: Kind = "unchanged",
  ) {
    this.#deployment = deployment;
    this.#registration = registration;
    this.old = states.old;
    this.new = states.new;
    this.urn = states.new.urn;
    this.kind = kind;
  }

  async apply(): Promise<Applied> {
    if (this.old.id !== undefined) this.new.id = this.old.id;
    if (this.old.outputs !== undefined) this.new.outputs = this.old.outputs;
    if (isProviderType(this.new.type) && this.kind === "unchanged") {
      // A provider that takes its new inputs for no difference sees the old ones, now and always.
      const state = copyOf(this.new);
      if (this.old.inputs !== undefined) state.inputs = this.old.inputs;
      await this.#deployment.registry.same(state, true);
    }
    return {
      complete: () => this.#registration?.done({ state: this.new, unknown: this.kind === "skipped-create" }),
    };
  }

  effect(): Effect {
    return this.kind === "skipped-create" ? effect({}) : effect({ done: [this.old], made: [this.new] });
  }
}

/** Changes a resource in place. */
import { PartialFailure } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { PropertyMap } from "../../values.ts";
import type { Deployment } from "../deployment.ts";
import type { Registration } from "../goal.ts";
import { inputsOf, now, outputsOf, timeoutOf } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Reasons, type Step } from "./step.ts";

export class UpdateStep implements Step {
  readonly op = "update";
  readonly urn: string;
  readonly old: ResourceState;
  readonly new: ResourceState;
  readonly logical = true;
  readonly diffs?: string[];
  readonly detailedDiff?: NonNullable<Reasons["detailedDiff"]>;
  readonly #deployment: Deployment;
  readonly #registration: Registration;

  constructor(
    deployment: Deployment,
    registration: Registration,
    states: { old: ResourceState; new: ResourceState },
    reasons: Reasons,
  ) {
    this.#deployment = deployment;
    this.#registration = registration;
    this.old = states.old;
    this.new = states.new;
    this.urn = states.new.urn;
    if (reasons.diffs !== undefined) this.diffs = reasons.diffs;
    if (reasons.detailedDiff !== undefined) this.detailedDiff = reasons.detailedDiff;
  }

  get pending() {
    return {
      type: "updating",
      resource: { ...this.new, ...(this.old.id !== undefined && { id: this.old.id }) },
    } as const;
  }

  async apply(): Promise<Applied> {
    if (this.old.id !== undefined) this.new.id = this.old.id;
    if (!this.new.custom) {
      if (this.old.outputs !== undefined) this.new.outputs = this.old.outputs;
      return this.#applied();
    }
    try {
      this.new.outputs = await this.#change();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      this.new.outputs = error.outputs;
      this.new.initErrors = error.reasons;
      // The next run must see the difference again.
      this.new.inputs = inputsOf(this.old);
      this.new.modified = now();
      return { partial: error };
    }
    this.new.modified = now();
    return this.#applied();
  }

  #applied(): Applied {
    return { complete: () => this.#registration.done({ state: this.new, unknown: false }) };
  }

  #change(): Promise<PropertyMap> {
    const { dryRun, registry } = this.#deployment;
    const id = this.old.id ?? "";
    if (isProviderType(this.new.type)) return registry.update(this.urn, id, inputsOf(this.new));
    return this.#deployment.providerFor(this.new).update({
      identity: identityOf(this.new),
      id,
      oldInputs: inputsOf(this.old),
      oldOutputs: outputsOf(this.old),
      newInputs: inputsOf(this.new),
      ignoreChanges: this.new.ignoreChanges ?? [],
      preview: dryRun,
      timeout: timeoutOf(this.new, "update"),
    });
  }

  effect(): Effect {
    return effect({ done: [this.old], made: [this.new] });
  }
}

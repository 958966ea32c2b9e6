/** Makes a resource, alone or as the first or second half of a replacement. */
import { PartialFailure } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import type { Registration } from "../goal.ts";
import { inputsOf, now, recordedState, timeoutOf } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Reasons, type Step } from "./step.ts";

export interface Replaced {
  old: ResourceState;
  reasons: Reasons;
  /** True when the old half is deleted later. */
  pendingDelete: boolean;
}

export class CreateStep implements Step {
  readonly urn: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState;
  readonly keys?: string[];
  readonly diffs?: string[];
  readonly detailedDiff?: NonNullable<Reasons["detailedDiff"]>;
  readonly #deployment: Deployment;
  readonly #registration: Registration;
  readonly #pendingDelete: boolean;
  #before: ResourceState | undefined;

  constructor(deployment: Deployment, registration: Registration, state: ResourceState, replaced?: Replaced) {
    this.#deployment = deployment;
    this.#registration = registration;
    this.new = state;
    this.urn = state.urn;
    this.old = replaced?.old;
    this.#pendingDelete = replaced?.pendingDelete ?? false;
    Object.assign(this, replaced?.reasons);
  }

  get op() {
    return this.old === undefined ? "create" : "create-replacement";
  }

  get logical(): boolean {
    return this.old === undefined;
  }

  get pending() {
    return { type: "creating", resource: this.new } as const;
  }

  async apply(): Promise<Applied> {
    const made = await this.#make();
    const partial = made instanceof PartialFailure ? made : undefined;
    if (partial !== undefined) this.new.initErrors = partial.reasons;
    if (this.new.custom) this.new.id = made?.id ?? "";
    this.new.outputs = made?.outputs ?? {};
    this.new.created = this.new.modified = now();
    if (this.old !== undefined && this.#pendingDelete) {
      this.#before = recordedState(this.old);
      this.old.delete = true;
    }
    if (partial !== undefined) return { partial };
    return { complete: () => this.#registration.done({ state: this.new, unknown: false }) };
  }

  async #make(): Promise<{ id: string; outputs: NonNullable<ResourceState["outputs"]> } | undefined> {
    if (!this.new.custom) return undefined;
    const { dryRun, registry } = this.#deployment;
    const inputs = inputsOf(this.new);
    if (isProviderType(this.new.type)) return registry.create(this.urn, inputs, dryRun);
    const provider = this.#deployment.providerFor(this.new);
    try {
      const made = await provider.create(identityOf(this.new), inputs, dryRun, timeoutOf(this.new, "create"));
      if (made.id === "" && !dryRun) throw new Error("the provider answered the create without an id");
      return made;
    } catch (error) {
      if (error instanceof PartialFailure) return error;
      throw error;
    }
  }

  effect(): Effect {
    const replacedNow = this.old?.pendingReplacement ? [this.old] : [];
    const changed = this.old && this.#before ? [{ before: this.#before, after: this.old }] : [];
    return effect({ done: replacedNow, made: [this.new], changed });
  }
}

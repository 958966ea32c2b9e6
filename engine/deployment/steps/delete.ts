/** Deletes a resource, or drops it from the state where nothing has to be deleted. */
import type { StepOp } from "../../events.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import { ProtectedFromDelete } from "../errors.ts";
import { inputsOf, outputsOf, recordedState, timeoutOf } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Step } from "./step.ts";

type Part =
  | "whole"
  /** The old half of a replacement whose new half is there already. */
  | "replaced"
  /** The old half of a replacement whose new half comes later. */
  | "before-replacement";

export class DeleteStep implements Step {
  readonly urn: string;
  readonly old: ResourceState;
  readonly new = undefined;
  readonly #deployment: Deployment;
  readonly #part: Part;
  #before: ResourceState | undefined;

  constructor(deployment: Deployment, old: ResourceState, part: Part = "whole") {
    this.#deployment = deployment;
    this.old = old;
    this.urn = old.urn;
    this.#part = part;
  }

  get op(): StepOp {
    if (this.old.external) return this.#part === "whole" ? "discard" : "discard-replaced";
    return this.#part === "whole" ? "delete" : "delete-replaced";
  }

  get logical(): boolean {
    return this.#part === "whole";
  }

  get pending() {
    return { type: "deleting", resource: this.old } as const;
  }

  async apply(): Promise<Applied> {
    if (this.#part === "whole" && this.old.protect) throw new ProtectedFromDelete(this.urn);
    if (!this.#deployment.dryRun && !this.#isOnlyDropped()) await this.#destroy();
    if (this.#part === "before-replacement") {
      this.#before = recordedState(this.old);
      this.old.pendingReplacement = true;
    }
    return {};
  }

  #isOnlyDropped(): boolean {
    const { external, retainOnDelete, deletedWith, custom } = this.old;
    const goesWithContainer = deletedWith !== undefined && this.#deployment.seen.deletes.has(deletedWith);
    return !custom || Boolean(external) || Boolean(retainOnDelete) || goesWithContainer;
  }

  async #destroy(): Promise<void> {
    const id = this.old.id ?? "";
    if (isProviderType(this.old.type)) {
      this.#deployment.registry.delete(this.urn, id);
      return;
    }
    const provider = this.#deployment.providerFor(this.old);
    const timeout = timeoutOf(this.old, "delete");
    await provider.delete(identityOf(this.old), id, inputsOf(this.old), outputsOf(this.old), timeout);
  }

  effect(): Effect {
    if (this.#before === undefined) return effect({ done: [this.old] });
    return effect({ changed: [{ before: this.#before, after: this.old }] });
  }
}

/** The replacement that was pending is not wanted any more: the old half is gone already. */
export class RemovePendingReplaceStep implements Step {
  readonly op = "remove-pending-replace";
  readonly urn: string;
  readonly old: ResourceState;
  readonly new = undefined;
  readonly logical = false;

  constructor(old: ResourceState) {
    this.old = old;
    this.urn = old.urn;
  }

  async apply(): Promise<Applied> {
    return {};
  }

  effect(): Effect {
    return effect({ done: [this.old] });
  }
}

/** Reads a resource that the program uses but does not own. */
import { mapsEqual } from "../../properties/equality.ts";
import type { ResourceState } from "../../state/resource.ts";
import { UNKNOWN } from "../../values.ts";
import type { Deployment } from "../deployment.ts";
import type { ReadRegistration } from "../goal.ts";
import { inputsOf, now, outputsOf, recordedState } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Step } from "./step.ts";

export class ReadStep implements Step {
  readonly urn: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState;
  readonly #deployment: Deployment;
  readonly #registration: ReadRegistration;
  /** True when the URN was a resource of the stack's own, which is to be deleted. */
  readonly #replacing: boolean;
  #before: ResourceState | undefined;

  constructor(
    deployment: Deployment,
    registration: ReadRegistration,
    states: { old: ResourceState | undefined; new: ResourceState },
    replacing: boolean,
  ) {
    this.#deployment = deployment;
    this.#registration = registration;
    this.old = states.old;
    this.new = states.new;
    this.urn = states.new.urn;
    this.#replacing = replacing;
  }

  get op() {
    return this.#replacing ? "read-replacement" : "read";
  }

  get logical(): boolean {
    return !this.#replacing;
  }

  get pending() {
    return { type: "reading", resource: this.new } as const;
  }

  async apply(): Promise<Applied> {
    const id = this.new.id ?? "";
    if (id !== UNKNOWN) {
      const inputs = inputsOf(this.new);
      const provider = this.#deployment.providerFor(this.new);
      const found = await provider.read(identityOf(this.new), id, inputs, inputs);
      if (found === undefined) throw new Error(`resource '${id}' does not exist`);
      this.new.outputs = found.outputs;
      if (found.id !== "") this.new.id = found.id;
    }
    if (this.old !== undefined) this.#succeed(this.old);
    return { complete: () => this.#registration.done({ state: this.new, unknown: false }) };
  }

  #succeed(old: ResourceState): void {
    if (old.created !== undefined) this.new.created = old.created;
    if (old.modified !== undefined) this.new.modified = old.modified;
    const unchanged = mapsEqual(inputsOf(this.new), inputsOf(old)) && mapsEqual(outputsOf(this.new), outputsOf(old));
    if (!unchanged) this.new.modified = now();
    // What a replacement elsewhere took along is gone already: nothing of it waits for its deletion.
    if (!this.#replacing || old.pendingReplacement) return;
    this.#before = recordedState(old);
    old.delete = true;
  }

  effect(): Effect {
    if (this.old === undefined) return effect({ made: [this.new] });
    if (this.#before !== undefined)
      return effect({ made: [this.new], changed: [{ before: this.#before, after: this.old }] });
    return effect({ done: [this.old], made: [this.new] });
  }
}

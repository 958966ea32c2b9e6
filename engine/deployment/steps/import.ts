/** Adopts an existing resource: what the provider has becomes the state; the program's inputs are compared right after. */
import { PartialFailure, type ReadResult } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Deployment } from "../deployment.ts";
import { copyOf, now, recordedState } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Step } from "./step.ts";

export class ImportStep implements Step {
  readonly urn: string;
  readonly new: ResourceState;
  /** What the URN was before, when the import replaces a resource of the stack's own. */
  readonly original: ResourceState | undefined;
  readonly #deployment: Deployment;
  readonly #imported: (state: ResourceState) => void;
  #before: ResourceState | undefined;
  #old: ResourceState | undefined;

  /** `imported` is told the state when it is recorded. */
  constructor(
    deployment: Deployment,
    state: ResourceState,
    original: ResourceState | undefined,
    imported: (state: ResourceState) => void,
  ) {
    this.#deployment = deployment;
    this.new = state;
    this.urn = state.urn;
    this.original = original;
    this.#imported = imported;
  }

  get op() {
    return this.original === undefined ? "import" : "import-replacement";
  }

  get old(): ResourceState | undefined {
    return this.#old;
  }

  get logical(): boolean {
    return this.original === undefined;
  }

  get pending() {
    return { type: "importing", resource: this.new } as const;
  }

  async apply(): Promise<Applied> {
    const importId = this.new.importID ?? "";
    const { found, initErrors } = await this.#read(importId);
    if (found === undefined) throw new Error(`resource '${importId}' does not exist`);
    this.new.id = found.id === "" ? importId : found.id;
    this.new.inputs = found.inputs;
    this.new.outputs = found.outputs;
    if (initErrors.length > 0) this.new.initErrors = initErrors;
    this.new.created = this.new.modified = now();
    this.#old = copyOf(this.new);
    if (this.original !== undefined) {
      this.#before = recordedState(this.original);
      this.original.delete = true;
    }
    return { complete: () => this.#imported(this.new) };
  }

  async #read(id: string): Promise<{ found: ReadResult | undefined; initErrors: string[] }> {
    const provider = this.#deployment.providerFor(this.new);
    try {
      return { found: await provider.read(identityOf(this.new), id, {}, {}), initErrors: [] };
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const { outputs, inputs, reasons } = error;
      return { found: { id: error.id, outputs, inputs: inputs ?? {} }, initErrors: reasons };
    }
  }

  effect(): Effect {
    const changed = this.original && this.#before ? [{ before: this.#before, after: this.original }] : [];
    return effect({ made: [this.new], changed });
  }
}

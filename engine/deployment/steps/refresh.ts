/** Reads a resource of the state again, and tells how it differs from what the state says. */
import type { StepOp } from "../../events.ts";
import { differenceOf } from "../../properties/difference.ts";
import { mapsEqual } from "../../properties/equality.ts";
import type { DiffKind, DiffResult } from "../../provider.ts";
import { PartialFailure, type ReadResult } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import { copyOf, inputsOf, now, outputsOf } from "../resource-state.ts";
import { type Applied, type Effect, effect, identityOf, type Step } from "./step.ts";

export class RefreshStep implements Step {
  readonly op = "refresh";
  readonly urn: string;
  readonly old: ResourceState;
  readonly logical = false;
  readonly #deployment: Deployment;
  #new: ResourceState | undefined;
  #diff: DiffResult | undefined;

  constructor(deployment: Deployment, old: ResourceState) {
    this.#deployment = deployment;
    this.old = old;
    this.#new = old;
    this.urn = old.urn;
  }

  /** `undefined` when the resource is gone. A step that was not applied, or failed, keeps the old state. */
  get new(): ResourceState | undefined {
    return this.#new;
  }

  get diffs(): string[] {
    return this.#diff?.diffs ?? [];
  }

  get detailedDiff(): Record<string, { kind: DiffKind; inputDiff: boolean }> {
    return this.#diff?.detailedDiff ?? {};
  }

  get resultOp(): StepOp {
    if (this.#new === undefined) return "delete";
    if (this.#new === this.old) return "same";
    if (this.old.external)
      return differenceOf(outputsOf(this.old), outputsOf(this.#new)) === undefined ? "same" : "update";
    return this.#diff === undefined || this.#diff.changes === "none" ? "same" : "update";
  }

  async apply(): Promise<Applied> {
    const { old } = this;
    if (!old.custom || isProviderType(old.type) || old.pendingReplacement) return {};
    const provider = await this.#deployment.ensureProviderFor(old);
    const { found, initErrors } = await this.#read(old);
    if (found === undefined || found.id === "") {
      this.#new = undefined;
      return {};
    }
    const refreshed = copyOf(old);
    refreshed.id = found.id;
    refreshed.inputs = found.inputs;
    refreshed.outputs = found.outputs;
    if (initErrors.length > 0) refreshed.initErrors = initErrors;
    else delete refreshed.initErrors;
    const unchanged = mapsEqual(found.inputs, inputsOf(old)) && mapsEqual(found.outputs, outputsOf(old));
    if (!unchanged) refreshed.modified = now();
    if (!old.external) {
      // What an update would do right after, turned around: the drift as seen from the state.
      const diff = await provider.diff({
        identity: identityOf(old),
        id: found.id,
        oldInputs: found.inputs,
        oldOutputs: found.outputs,
        newInputs: inputsOf(old),
        ignoreChanges: old.ignoreChanges ?? [],
      });
      this.#diff = inverted(diff);
    }
    this.#new = refreshed;
    return {};
  }

  async #read(old: ResourceState): Promise<{ found: ReadResult | undefined; initErrors: string[] }> {
    const provider = await this.#deployment.ensureProviderFor(old);
    try {
      const found = await provider.read(identityOf(old), old.id ?? "", inputsOf(old), outputsOf(old));
      return { found, initErrors: [] };
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const { id, outputs, inputs, reasons } = error;
      this.#deployment.reporter.warning(`the resource is in an unhealthy state:\n* ${reasons.join("\n* ")}`, this.urn);
      return { found: { id, outputs, inputs: inputs ?? inputsOf(old) }, initErrors: reasons };
    }
  }

  effect(): Effect {
    return effect({});
  }
}

const opposite: Record<DiffKind, DiffKind> = {
  add: "delete",
  "add-replace": "delete-replace",
  delete: "add",
  "delete-replace": "add-replace",
  update: "update",
  "update-replace": "update-replace",
};

function inverted(diff: DiffResult): DiffResult {
  if (diff.detailedDiff === undefined) return diff;
  const detailedDiff = Object.fromEntries(
    Object.entries(diff.detailedDiff).map(([path, detail]) => [path, { ...detail, kind: opposite[detail.kind] }]),
  );
  return { ...diff, detailedDiff };
}

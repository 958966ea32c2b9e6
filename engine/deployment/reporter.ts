/** Tells what happens, and counts it. */
import type { EngineEvent, EventSink, StepMetadata, StepOp } from "../events.ts";
import { differenceOf } from "../properties/difference.ts";
import { isDefaultProvider } from "../urn.ts";
import type { DeploymentResult } from "./request.ts";
import { outputsOf, recordedState } from "./resource-state.ts";
import type { Step } from "./steps/step.ts";

type Taken = DeploymentResult["steps"][number];

export class Reporter {
  readonly changes: Partial<Record<StepOp, number>> = {};
  readonly steps: Taken[] = [];
  sawError = false;
  maybeCorrupt = false;
  refusedByPolicy = false;
  readonly #events: EventSink;
  readonly #planning: boolean;
  readonly #refreshing: boolean;

  constructor(events: EventSink, options: { planning: boolean; refreshing: boolean }) {
    this.#events = events;
    this.#planning = options.planning;
    this.#refreshing = options.refreshing;
  }

  emit(event: EngineEvent): void {
    this.#events(event);
  }

  error(message: string, urn?: string): void {
    this.sawError = true;
    this.#events({ kind: "diagnostic", severity: "error", message, ...(urn && { urn }) });
  }

  warning(message: string, urn?: string): void {
    this.#events({ kind: "diagnostic", severity: "warning", message, ...(urn && { urn }) });
  }

  info(message: string, urn?: string): void {
    this.#events({ kind: "diagnostic", severity: "info", message, ...(urn && { urn }) });
  }

  stepBegins(step: Step): void {
    this.#events({ kind: "resource-pre", step: metadataOf(step), planning: this.#planning });
  }

  stepSucceeded(step: Step): void {
    this.steps.push(takenOf(step));
    const op = step.op === "refresh" && this.#refreshing ? (step.resultOp ?? step.op) : step.op;
    if (this.#isCounted(step) && !isInternal(step)) this.changes[op] = (this.changes[op] ?? 0) + 1;
    const subject = step.new ?? step.old;
    const shown = subject?.custom || step.op === "refresh" || step.op === "delete" || this.#planning;
    if (shown) this.outputs(step, op);
  }

  #isCounted(step: Step): boolean {
    if (step.op === "refresh") return this.#refreshing;
    if (step.op !== "read") return step.logical;
    return step.old !== undefined && differenceOf(outputsOf(step.old), outputsOf(step.new)) !== undefined;
  }

  outputs(step: Step, op: StepOp = step.op): void {
    this.#events({ kind: "resource-outputs", step: { ...metadataOf(step), op }, planning: this.#planning });
  }

  stepFailed(step: Step, message: string): void {
    this.error(message, isInternal(step) ? undefined : step.urn);
    if (!this.#planning) this.#events({ kind: "resource-failed", step: metadataOf(step) });
  }
}

const isInternal = (step: Step): boolean => step.op === "remove-pending-replace" || isDefaultProvider(step.urn);

const takenOf = (step: Step): Taken => ({
  op: step.op,
  urn: step.urn,
  ...(step.old && { old: recordedState(step.old) }),
  ...(step.new && { new: recordedState(step.new) }),
});

function metadataOf(step: Step): StepMetadata {
  const subject = step.new ?? step.old;
  return {
    op: step.op,
    urn: step.urn,
    type: subject?.type ?? "",
    ...(step.old && { old: step.old }),
    ...(step.new && { new: step.new }),
    ...(step.keys && step.keys.length > 0 && { keys: step.keys }),
    ...(step.diffs && step.diffs.length > 0 && { diffs: step.diffs }),
    ...(step.detailedDiff && { detailedDiff: step.detailedDiff }),
    ...(subject?.provider && { provider: subject.provider }),
  };
}

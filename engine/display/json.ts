/** The shape of `pulumi preview --json`: config, steps, diagnostics, duration, changeSummary. */
import { recordedState } from "../deployment/resource-state.ts";
import type { EngineEvent, StepMetadata, StepOp } from "../events.ts";
import type { ResourceState } from "../state/resource.ts";
import { isDefaultProvider, isRootStack } from "../urn.ts";
import { isMap, isOutputValue, isSecret, type PropertyMap, type PropertyValue } from "../values.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { isHalfOfReplacement } from "./words.ts";

/** Every secret as the text `[secret]`, at any depth. */
export function blinded(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(blinded);
  if (isSecret(value)) return "[secret]";
  if (isOutputValue(value) && value.secret === true) return "[secret]";
  return isMap(value) ? blindedMap(value) : value;
}

export const blindedMap = (map: PropertyMap): PropertyMap =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, blinded(value)]));

const stateForJson = ({ inputs, outputs, ...rest }: ResourceState): ResourceState =>
  recordedState({
    ...rest,
    ...(inputs && { inputs: blindedMap(inputs) }),
    ...(outputs && { outputs: blindedMap(outputs) }),
  });

function isShown(step: StepMetadata): boolean {
  if (isDefaultProvider(step.urn)) return false;
  if (isRootStack(step.urn)) return true;
  if (step.op === "same") return (step.old?.protect ?? false) !== (step.new?.protect ?? false);
  // A replacement's halves are not steps of a person's plan: `replace` stands for both.
  return !isHalfOfReplacement(step.op) && step.op !== "remove-pending-replace";
}

interface PreviewStep {
  op: StepOp;
  urn: string;
  provider?: string;
  oldState?: ResourceState;
  newState?: ResourceState;
  diffReasons?: string[];
  replaceReasons?: string[];
  detailedDiff: StepMetadata["detailedDiff"] | null;
}

const previewStep = (step: StepMetadata): PreviewStep => ({
  op: step.op,
  urn: step.urn,
  ...(step.provider && { provider: step.provider }),
  ...(step.old && { oldState: stateForJson(step.old) }),
  ...(step.new && { newState: stateForJson(step.new) }),
  ...(step.diffs?.length && { diffReasons: step.diffs }),
  ...(step.keys?.length && { replaceReasons: step.keys }),
  detailedDiff: step.detailedDiff ?? null,
});

interface PreviewDiagnostic {
  urn?: string;
  message: string;
  severity: string;
}

export class JsonDisplay implements Display {
  readonly #options: DisplayOptions;
  readonly #steps: PreviewStep[] = [];
  readonly #diagnostics: PreviewDiagnostic[] = [];
  readonly #policies: Record<string, unknown>[] = [];
  #duration = 0;
  #summary: Partial<Record<StepOp, number>> = {};
  #maybeCorrupt = false;

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  event(event: EngineEvent): void {
    if (event.kind === "resource-pre" && isShown(event.step)) this.#steps.push(previewStep(event.step));
    if (event.kind === "diagnostic" && !event.ephemeral && event.severity !== "debug") {
      const { urn, message, severity } = event;
      this.#diagnostics.push({ ...(urn && { urn }), message, severity });
    }
    if (event.kind === "policy-violation" || event.kind === "policy-unknown") {
      const { kind, ...finding } = event;
      this.#policies.push({ result: kind === "policy-violation" ? "fail" : "unknown", ...finding });
    }
    if (event.kind === "summary") {
      this.#duration = Math.round(event.durationMilliseconds * 1e6);
      this.#summary = event.changes;
      this.#maybeCorrupt = event.maybeCorrupt;
    }
  }

  finish(): void {
    const config = Object.entries(this.#options.config).map(([key, { value, secret }]) => [
      key,
      secret ? "[secret]" : value,
    ]);
    const document = {
      ...(config.length > 0 && { config: Object.fromEntries(config) }),
      ...(this.#steps.length > 0 && { steps: this.#steps }),
      ...(this.#diagnostics.length > 0 && { diagnostics: this.#diagnostics }),
      // Pulumi leaves policy results out of this document; readers that do not know the key pass over it.
      ...(this.#policies.length > 0 && { policies: this.#policies }),
      ...(this.#duration > 0 && { duration: this.#duration }),
      ...(Object.keys(this.#summary).length > 0 && { changeSummary: this.#summary }),
      ...(this.#maybeCorrupt && { maybeCorrupt: true }),
    };
    this.#options.write(`${JSON.stringify(document, null, 4)}\n`);
  }
}

/**
 * What a deployment tells while it runs, for displays, `--json`, reports and the conformance recorder. The vocabulary is
 * that of Pulumi's engine events (`sdk/go/common/apitype/events.go`).
 */
import type { DiffKind } from "./provider.ts";
import type { ResourceState } from "./state/resource.ts";
import type { PropertyMap } from "./values.ts";

export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

export interface StepMetadata {
  op: StepOp;
  urn: string;
  type: string;
  old?: ResourceState;
  new?: ResourceState;
  /** Names of the properties that force the replacement. */
  keys?: string[];
  /** Names of the properties that differ. */
  diffs?: string[];
  detailedDiff?: Record<string, { kind: DiffKind; inputDiff: boolean }>;
  /** `<provider's URN>::<provider's id>` */
  provider?: string;
}

export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";
export type Severity = "debug" | "info" | "info#err" | "warning" | "error";

export type EngineEvent =
  | { kind: "prelude"; config: Record<string, string> }
  | { kind: "resource-pre"; step: StepMetadata; planning: boolean }
  | { kind: "resource-outputs"; step: StepMetadata; planning: boolean }
  | { kind: "resource-failed"; step: StepMetadata }
  | { kind: "diagnostic"; severity: Severity; message: string; urn?: string; ephemeral?: boolean }
  | {
      kind: "policy-violation";
      pack: string;
      packVersion: string;
      policy: string;
      level: EnforcementLevel;
      severity?: string;
      urn: string;
      message: string;
    }
  | {
      /** A rule that could not be judged, because a property it reads is not known before the apply. */
      kind: "policy-unknown";
      pack: string;
      policy: string;
      level: EnforcementLevel;
      urn: string;
      message: string;
    }
  | { kind: "policy-remediation"; pack: string; policy: string; urn: string; before: PropertyMap; after: PropertyMap }
  | { kind: "summary"; changes: Partial<Record<StepOp, number>>; durationMilliseconds: number; maybeCorrupt: boolean };

export type EventSink = (event: EngineEvent) => void;

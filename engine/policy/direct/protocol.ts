/** The words between the engine and a pack that is asked directly. They cross as structured clones, in batches. */
import type { AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import type { PropertyMap } from "../../values.ts";
import type { PolicyConfiguration } from "../configuration.ts";
import type { Finding, FoundRemediation, PackInfo, Tasks } from "../connection.ts";

/** `provider` is the number of one that crossed before. */
export interface WiredResource extends Omit<AnalyzedResource, "provider"> {
  provider?: number;
}

/** A resource of the stack, as it differs from the one that was asked about under the number `asked`. */
export interface ChangedResource extends Pick<AnalyzedResource, "parent" | "dependencies" | "propertyDependencies"> {
  asked: number;
  changed: PropertyMap;
  gone: string[];
}

export type Question =
  | { ask: "configure"; settings: PolicyConfiguration }
  /** A provider, numbered as they come: hundreds of resources share it. */
  | { ask: "provider"; provider: AnalyzedProvider }
  | { ask: "resource"; id: number; resource: WiredResource; tasks: Tasks }
  /** Resources of the stack, numbered as they come, so that one side writes while the other reads. */
  | { ask: "part"; resources: (WiredResource | ChangedResource)[] }
  /** The stack in its order, by the numbers of its resources; the numbers begin again after it. */
  | { ask: "stack"; id: number; order: number[] };

export interface WiredFindings {
  findings: Finding[];
  /** Number of a list of skipped rules: there are as many lists as types of resources, not as resources. */
  notApplicable: number;
}

export type Answer =
  | { told: "serving"; info: PackInfo }
  /** A list of skipped rules, before the first answer that refers to it. */
  | { told: "skipped"; list: number; rules: { policy: string; reason: string }[] }
  | { told: "answer"; id: number; remediations: FoundRemediation[]; judgement?: WiredFindings }
  | { told: "failure"; id: number; message: string };

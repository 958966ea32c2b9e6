/** The words between the engine and a pack that is asked directly. They cross as structured clones, in batches. */
import type { AnalyzedResource } from "../../analyzer.ts";
import type { PolicyConfiguration } from "../configuration.ts";
import type { Finding, FoundRemediation, PackInfo, Tasks } from "../connection.ts";

export type Question =
  | { ask: "configure"; settings: PolicyConfiguration }
  | { ask: "resource"; id: number; resource: AnalyzedResource; tasks: Tasks }
  /** Resources of the stack, numbered as they come, so that one side writes while the other reads. */
  | { ask: "part"; resources: AnalyzedResource[] }
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

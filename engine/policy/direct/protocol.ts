/** The words between the engine and a pack that is asked directly. They cross as structured clones, in batches. */
import type { AnalyzedResource } from "../../analyzer.ts";
import type { PolicyConfiguration } from "../configuration.ts";
import type { Finding, FoundRemediation, PackInfo, Tasks } from "../connection.ts";

export type Question =
  | { ask: "configure"; settings: PolicyConfiguration }
  | { ask: "resource"; id: number; resource: AnalyzedResource; tasks: Tasks }
  /** A part of the stack, so that one side writes while the other reads; the next `stack` is about all of them. */
  | { ask: "part"; resources: AnalyzedResource[] }
  | { ask: "stack"; id: number };

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

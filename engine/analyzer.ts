/**
 * What the engine asks of a policy pack. `engine/policy` implements it with the pack in a process of its own, asked
 * directly or over Pulumi's analyzer protocol (`proto/pulumi/analyzer.proto`).
 */
import type { EnforcementLevel } from "./events.ts";
import type { CustomTimeouts } from "./state/resource.ts";
import type { PropertyMap } from "./values.ts";

export interface AnalyzedOptions {
  protect: boolean;
  ignoreChanges: string[];
  deleteBeforeReplace?: boolean;
  additionalSecretOutputs: string[];
  aliases: string[];
  customTimeouts: CustomTimeouts;
  parent?: string;
}

export interface AnalyzedProvider {
  type: string;
  urn: string;
  name: string;
  properties: PropertyMap;
}

/** Properties may hold unknowns and secrets: the adapter writes them as the protocol wants them. */
export interface AnalyzedResource {
  type: string;
  urn: string;
  name: string;
  properties: PropertyMap;
  options: AnalyzedOptions;
  provider?: AnalyzedProvider;
  /** For stack rules. */
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

export interface PolicyDiagnostic {
  pack: string;
  packVersion: string;
  policy: string;
  level: EnforcementLevel;
  severity?: string;
  description: string;
  message: string;
  urn: string;
}

/** A rule that did not come to a judgement. */
export interface PolicyUndecided {
  pack: string;
  policy: string;
  level: EnforcementLevel;
  urn: string;
  reason: "not-applicable" | "unknown";
  message: string;
}

export interface Judgement {
  diagnostics: PolicyDiagnostic[];
  undecided: PolicyUndecided[];
}

export interface Remediation {
  pack: string;
  packVersion: string;
  policy: string;
  /** The resource's properties after the remediation; absent when the rule changed nothing. */
  properties?: PropertyMap;
  diagnostic?: string;
}

export interface ResourceJudgement {
  remediations: Remediation[];
  /** Absent when a remediation changed the resource: what it is now has to be judged. */
  judgement?: Judgement;
}

export interface Analyzer {
  readonly name: string;
  /** Remediates, and judges what no remediation changed: one question instead of two. */
  judge(resource: AnalyzedResource): Promise<ResourceJudgement>;
  analyze(resource: AnalyzedResource): Promise<Judgement>;
  remediate(resource: AnalyzedResource): Promise<Remediation[]>;
  /** Resources of the stack that are done, told before its end: what {@link analyzeStack} finds as told is not sent again. */
  tellEarly(resources: AnalyzedResource[]): void;
  analyzeStack(resources: AnalyzedResource[]): Promise<Judgement>;
  /** Nothing more is asked: a pack may leave while the rest of the run is done. Whoever started it closes it all the same. */
  dismiss(): void;
  close(): Promise<void>;
}

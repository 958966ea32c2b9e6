/** What a pack is asked and what it answers, whichever way the words travel. */
import type { AnalyzedResource } from "../analyzer.ts";
import type { EnforcementLevel } from "../events.ts";
import type { PropertyMap } from "../values.ts";
import type { PolicyConfiguration, PolicyRule } from "./configuration.ts";

export interface PackInfo {
  name: string;
  version: string;
  /** With the levels that the pack gives them. */
  rules: PolicyRule[];
  /** What the pack itself sets for its rules. */
  initial: PolicyConfiguration;
}

export interface Finding {
  policy: string;
  description: string;
  message: string;
  level: EnforcementLevel;
  severity?: string;
  /** Absent: the resource under judgement. */
  urn?: string;
}

export interface NotApplicable {
  policy: string;
  reason: string;
}

/** In the order in which the rules were asked. */
export interface Findings {
  findings: Finding[];
  notApplicable: NotApplicable[];
}

export interface FoundRemediation {
  policy: string;
  properties?: PropertyMap;
  diagnostic?: string;
}

/** What to do with a resource: to judge it only happens when no remediation changed it. */
export interface Tasks {
  remediate: boolean;
  judge: boolean;
}

export interface ResourceAnswer {
  remediations: FoundRemediation[];
  /** Absent when it was not asked for, or when a remediation changed the resource. */
  judgement?: Findings;
}

/** Errors of every method: `PolicyPackError`. */
export interface PackConnection {
  info(): Promise<PackInfo>;
  configure(settings: PolicyConfiguration): Promise<void>;
  resource(resource: AnalyzedResource, tasks: Tasks): Promise<ResourceAnswer>;
  /** Resources that are likely to be the same when the stack is judged. */
  early(resources: AnalyzedResource[]): void;
  stack(resources: AnalyzedResource[]): Promise<Findings>;
  close(): Promise<void>;
}

export const isChanged = (remediations: FoundRemediation[]): boolean =>
  remediations.some(({ properties }) => properties !== undefined);

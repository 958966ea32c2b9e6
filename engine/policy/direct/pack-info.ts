/** What a pack says of itself and its rules, as the SDK's server tells it (`protoutil.js`, `makeAnalyzerInfo`). */
import type { EnforcementLevel, Policy, PolicyPackArgs, PolicyPackConfig } from "@pulumi/policy";
import type { PolicyConfiguration, PolicyRule } from "../configuration.ts";
import type { PackInfo } from "../connection.ts";
import type { Sdk } from "./sdk.ts";

const levels = ["advisory", "mandatory", "disabled", "remediate"];
export const severities = ["low", "medium", "high", "critical"];

export interface ServedArgs {
  name: string;
  version: string;
  /** Of rules that name none. */
  level: EnforcementLevel;
  pack: PolicyPackArgs;
  initial: PolicyPackConfig | undefined;
}

/** Errors when a level is none of Pulumi's, or a schema cannot be told. */
export function packInfo({ name, version, level, pack, initial }: ServedArgs, sdk: Sdk): PackInfo {
  return {
    name,
    version,
    rules: (pack.policies ?? []).map((policy) => ruleOf(policy, level, sdk)),
    initial: initialOf(initial ?? {}),
  };
}

function ruleOf(policy: Policy, packLevel: EnforcementLevel, sdk: Sdk): PolicyRule {
  const { configSchema, description, name, remediationSteps, severity, url } = policy;
  const settings = configSchema ? structForm(configSchema.properties) : {};
  return {
    name,
    description: description ?? "",
    level: checkedLevel(policy.enforcementLevel || packLevel),
    kind: sdk.isResourcePolicy(policy) ? "resource" : sdk.isStackPolicy(policy) ? "stack" : "unknown",
    settings: settings as PolicyRule["settings"],
    requiredSettings: configSchema?.required ?? [],
    ...(severity && severities.includes(severity) && { severity }),
    ...(remediationSteps && { remediation: remediationSteps }),
    ...(url && { url }),
  };
}

function initialOf(initial: PolicyPackConfig): PolicyConfiguration {
  const told: PolicyConfiguration = {};
  for (const [name, entry] of Object.entries(initial)) {
    if (typeof entry === "string") {
      told[name] = { level: checkedLevel(entry), properties: {} };
      continue;
    }
    const { enforcementLevel, ...properties } = entry;
    const isEmpty = Object.keys(properties).length === 0;
    if (!enforcementLevel && isEmpty) continue;
    // The protocol has no "no level": its zero is advisory.
    const level = checkedLevel(enforcementLevel || "advisory");
    told[name] = { level, properties: isEmpty ? {} : (structForm(properties) as Record<string, unknown>) };
  }
  return told;
}

function checkedLevel(level: string): EnforcementLevel {
  if (!levels.includes(level)) throw new Error(`Unknown enforcement level type '${level}'`);
  return level as EnforcementLevel;
}

/** A value as `google.protobuf.Struct` hands it on: a copy with sorted keys. Errors for what a struct cannot hold. */
export function structForm(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(structForm);
  if (typeof value !== "object") throw new Error("Unexpected struct type.");
  const map = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, structForm(map[key])]),
  );
}

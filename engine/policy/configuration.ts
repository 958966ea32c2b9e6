/**
 * The pack's configuration: an object from the name of a rule to its level, or to an object with `enforcementLevel` and
 * the rule's own settings, as `pulumi preview --policy-pack-config FILE` reads it. `all` sets the level of every rule.
 * Order, later wins: the defaults of the rules' schemas, the pack's initial configuration, the file.
 */
import { readFile } from "node:fs/promises";
import type { z as Zod } from "zod";
import type { EnforcementLevel } from "../events.ts";
import { PolicyPackError } from "./errors.ts";

export interface RuleConfiguration {
  level?: EnforcementLevel;
  properties: Record<string, unknown>;
}

/** By the name of the rule. */
export type PolicyConfiguration = Record<string, RuleConfiguration>;

/** What a pack says about one of its rules. */
export interface PolicyRule {
  name: string;
  description: string;
  level: EnforcementLevel;
  kind: "resource" | "stack" | "unknown";
  severity?: string;
  remediation?: string;
  url?: string;
  /** JSON schema by setting, with `default` where there is one. */
  settings: Record<string, Record<string, unknown>>;
  requiredSettings: string[];
}

async function parsePolicyConfiguration(value: unknown, source: string): Promise<PolicyConfiguration> {
  const { z } = await zod();
  const level = z.enum(["advisory", "mandatory", "remediate", "disabled"]);
  const schema = z.record(
    z.string(),
    z.union([level, z.looseObject({ enforcementLevel: level.optional() })], {
      error: "must be advisory, mandatory, remediate, disabled, or an object with the rule's settings",
    }),
  );
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(
      (issue) => `${source}: ${issue.path.join(".") || "(top)"}: ${issue.message}`,
    );
    throw new PolicyPackError(reasons.join("\n"), 2);
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, entry]) => {
      if (typeof entry === "string") return [name, { level: entry, properties: {} }];
      const { enforcementLevel, ...properties } = entry;
      return [name, { ...(enforcementLevel && { level: enforcementLevel }), properties }];
    }),
  );
}

export async function readPolicyConfiguration(file: string): Promise<PolicyConfiguration> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new PolicyPackError(`${file}: the policy configuration cannot be read`, 2, "Name an existing JSON file.");
  }
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyPackError(`${file}: not valid JSON: ${error instanceof Error ? error.message : error}`, 2);
  }
  return parsePolicyConfiguration(value, file);
}

function apply(result: PolicyConfiguration, configuration: PolicyConfiguration): void {
  const everywhere = configuration.all?.level;
  for (const [name, rule] of Object.entries(result)) {
    const own = configuration[name];
    const chosen = own?.level ?? everywhere;
    if (chosen) rule.level = chosen;
    Object.assign(rule.properties, own?.properties);
  }
}

/** The configuration of every rule. Names that no rule has, and settings against a rule's schema, are errors. */
export async function reconcile(
  pack: string,
  rules: PolicyRule[],
  initial: PolicyConfiguration,
  given: PolicyConfiguration,
): Promise<PolicyConfiguration> {
  const result: PolicyConfiguration = {};
  for (const rule of rules) {
    const defaults = Object.entries(rule.settings).filter(([, schema]) => "default" in schema);
    result[rule.name] = {
      level: rule.level,
      properties: Object.fromEntries(defaults.map(([key, schema]) => [key, schema.default])),
    };
  }
  apply(result, initial);
  apply(result, given);
  const unknown = Object.keys(given).filter((name) => name !== "all" && !(name in result));
  const problems = unknown.map((name) => `${name}: the policy pack '${pack}' has no such rule`);
  for (const rule of rules) problems.push(...(await settingProblems(rule, result[rule.name]?.properties ?? {})));
  if (problems.length > 0) {
    throw new PolicyPackError(
      `The configuration of the policy pack '${pack}' is not valid:\n${problems.map((line) => `  ${line}`).join("\n")}`,
      2,
    );
  }
  return result;
}

async function settingProblems(rule: PolicyRule, properties: Record<string, unknown>): Promise<string[]> {
  if (isPlainlyValid(rule, properties)) return [];
  const { z } = await zod();
  const schema = z.fromJSONSchema({
    type: "object",
    properties: rule.settings as Record<string, Zod.core.JSONSchema.BaseSchema>,
    required: rule.requiredSettings,
  });
  const parsed = schema.safeParse(properties);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${rule.name}.${issue.path.join(".")}: ${issue.message}`);
}

const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: Number.isFinite,
  integer: Number.isSafeInteger,
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** Settings whose schema is no more than a type. Most rules have no others, and the first resource waits for this. */
function isPlainlyValid({ requiredSettings, settings }: PolicyRule, properties: Record<string, unknown>): boolean {
  if (requiredSettings.some((name) => !(name in properties))) return false;
  return Object.entries(settings).every(([name, { default: _, description, type, ...more }]) => {
    if (Object.keys(more).length > 0 || typeof type !== "string") return false;
    return !(name in properties) || types[type]?.(properties[name]) === true;
  });
}

/** Loaded when it is needed: a pack starts beside a program, and every module that is not loaded is time. */
const zod = () => import("zod");

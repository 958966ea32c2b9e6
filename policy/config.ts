/**
 * The pack's own choices, apart from the rules: which stacks are production, how strict a rule is there, what its
 * settings are. `config.json` beside this file is the choice; CrossGuard's `--policy-pack-config` has the last word.
 */
import type { Level, Rule, Tier } from "./rule.ts";
import { TIERS } from "./rule.ts";

export interface RuleChoice {
  levels?: Partial<Record<Tier, Level>>;
  /** For every environment. */
  settings?: Record<string, unknown>;
  /** For one environment; it wins over `settings`. */
  environments?: Partial<Record<Tier, Record<string, unknown>>>;
}

export interface PackConfig {
  /** Names of stacks; `*` stands for any run of characters. A stack that no list names counts as production. */
  stacks: Partial<Record<Tier, string[]>>;
  /** Names of the projects that `rules` speaks of; another program is held to the rules' own defaults. Without, all. */
  projects?: string[];
  rules: Record<string, RuleChoice>;
}

export class PolicyConfigError extends Error {
  readonly exitCode = 2;
  readonly remedy: string;

  constructor(problems: readonly string[]) {
    super(`policy/config.json is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "PolicyConfigError";
    this.remedy = "Name rules and settings as `./thorbis policy list` prints them.";
  }
}

/** Checks a configuration against the rules it configures. All problems at once. */
export function checkConfig(config: PackConfig, rules: readonly Rule[]): PackConfig {
  const known = new Map(rules.map((rule) => [rule.name, rule]));
  const problems: string[] = [];
  for (const [name, choice] of Object.entries(config.rules)) {
    const rule = known.get(name);
    if (rule === undefined) {
      problems.push(`rules.${name}: there is no such rule`);
      continue;
    }
    for (const tier of Object.keys(choice.levels ?? {})) {
      if (!TIERS.some((other) => other === tier)) problems.push(`rules.${name}.levels.${tier}: not an environment`);
    }
    for (const [where, settings] of Object.entries({ settings: choice.settings, ...choice.environments })) {
      for (const [setting, value] of Object.entries(settings ?? {})) {
        const declared = rule.settings[setting];
        if (declared === undefined) problems.push(`rules.${name}.${where}.${setting}: the rule has no such setting`);
        else if (!isOfType(value, declared.type)) {
          problems.push(`rules.${name}.${where}.${setting}: must be of type ${declared.type}`);
        }
      }
    }
  }
  if (problems.length > 0) throw new PolicyConfigError(problems);
  return config;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** The strictest reading of an unknown stack: what nobody classified is held to production's rules. */
export function tierOf(stack: string, config: PackConfig): Tier {
  return (
    TIERS.find((tier) => (config.stacks[tier] ?? []).some((pattern) => wildcard(pattern).test(stack))) ?? "production"
  );
}

/** What of a configuration holds for a project. A project that nobody names counts as one of ours. */
export const configFor = (project: string, config: PackConfig): PackConfig =>
  project === "" || config.projects === undefined || config.projects.includes(project)
    ? config
    : { stacks: config.stacks, rules: {} };

export const levelOf = (rule: Rule, tier: Tier, config: PackConfig): Level =>
  config.rules[rule.name]?.levels?.[tier] ?? rule.levels[tier];

export function settingsOf(rule: Rule, tier: Tier, config: PackConfig): Record<string, unknown> {
  const choice = config.rules[rule.name];
  return { ...choice?.settings, ...choice?.environments?.[tier] };
}

/** A pattern in which `*` stands for any run of characters, as an anchored expression. */
export const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
      .join(".*")}$`,
  );

/** `urn:pulumi:<stack>::<project>::…` */
export const projectOfUrn = (urn: string): string | undefined => /^urn:pulumi:.+?::(.+?)::/.exec(urn)?.[1];
export const stackOfUrn = (urn: string): string | undefined => /^urn:pulumi:(.+?)::/.exec(urn)?.[1];

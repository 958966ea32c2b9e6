/**
 * A rule is plain data: nothing here starts a pack, reads a file or knows an engine. `pack.ts` hands the rules to
 * CrossGuard, `check.ts` judges a recorded state with them, and a test calls them directly.
 */
import type { Properties } from "./properties.ts";
import type { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";

export const TIERS = ["development", "staging", "production"] as const;
/** What an environment is for, as far as rules care; `config.json` says which stack is which. */
export type Tier = (typeof TIERS)[number];
export type Level = "advisory" | "mandatory" | "disabled";
export type Levels = Readonly<Record<Tier, Level>>;
export type Severity = "low" | "medium" | "high" | "critical";

export interface Framework {
  name: string;
  version: string;
  /** The control, article or requirement. */
  reference: string;
}

type SettingValue = string | number | boolean | readonly string[] | Readonly<Record<string, unknown>>;

export interface Setting<T extends SettingValue = SettingValue> {
  readonly type: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly description: string;
  readonly default: T;
}

export type Settings = Readonly<Record<string, Setting>>;
export type Values<S extends Settings> = { readonly [K in keyof S]: S[K]["default"] };

export interface Context<S extends Settings = Settings> {
  readonly tier: Tier;
  readonly settings: Values<S>;
  readonly now: Date;
  /** One violation. `about` is the offending resource; without it the resource under judgement. */
  report(message: string, about?: Subject): void;
  /**
   * Judges items one by one: an item that needs an unknown value is noted as undecided and the others are judged all
   * the same, so that one unknown never hides a violation.
   */
  each<T>(items: readonly T[], judge: (item: T, index: number) => void, about?: Subject): void;
}

interface RuleHead<S extends Settings> {
  /** `<vendor>-<service>-<what>` */
  readonly name: string;
  readonly title: string;
  /** One sentence: what holds, and why. */
  readonly description: string;
  readonly severity: Severity;
  readonly frameworks: readonly Framework[];
  /** What to do about a violation. */
  readonly remediation: string;
  /** The source that the rule rests on. */
  readonly link: string;
  readonly levels: Levels;
  readonly settings: S;
}

/** Judges one resource by its inputs, before its step. */
export interface ResourceRule<S extends Settings = Settings> extends RuleHead<S> {
  readonly kind: "resource";
  /** Type tokens; `*` is every custom resource except providers. */
  readonly types: readonly string[];
  check(resource: Subject, context: Context<S>): void;
}

/** Judges the resources of a stack together, by their outputs, after the last step. */
export interface StackRule<S extends Settings = Settings> extends RuleHead<S> {
  readonly kind: "stack";
  /** The rule is skipped when the stack has none of these; `*` is never skipped. */
  readonly types: readonly string[];
  check(stack: Stack, context: Context<S>): void;
}

export type StepKind = "create" | "update" | "replace" | "delete" | "same";

/** A planned change. CrossGuard shows a pack goals, not steps: whoever holds the plan calls `judgeSteps`. */
export interface PlannedStep {
  readonly op: StepKind;
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly before?: Properties;
  readonly after?: Properties;
  /** Names of the properties that force the replacement. */
  readonly replaceKeys: readonly string[];
  readonly retainOnDelete: boolean;
}

export interface StepRule<S extends Settings = Settings> extends RuleHead<S> {
  readonly kind: "step";
  check(steps: readonly PlannedStep[], context: StepContext<S>): void;
}

export interface StepContext<S extends Settings = Settings> {
  readonly tier: Tier;
  readonly settings: Values<S>;
  report(message: string, about: PlannedStep): void;
}

export type Rule = ResourceRule | StackRule | StepRule;

type Definition<R extends { kind: string; settings: Settings }, S extends Settings> = Omit<R, "kind" | "settings"> & {
  readonly settings?: S;
};

export function resourceRule<const S extends Settings = Readonly<Record<never, Setting>>>(
  rule: Definition<ResourceRule<S>, S>,
): ResourceRule<S> {
  return { ...rule, kind: "resource", settings: rule.settings ?? ({} as S) };
}

export function stackRule<const S extends Settings = Readonly<Record<never, Setting>>>(
  rule: Definition<StackRule<S>, S>,
): StackRule<S> {
  return { ...rule, kind: "stack", settings: rule.settings ?? ({} as S) };
}

export function stepRule<const S extends Settings = Readonly<Record<never, Setting>>>(
  rule: Definition<StepRule<S>, S>,
): StepRule<S> {
  return { ...rule, kind: "step", settings: rule.settings ?? ({} as S) };
}

export const setting = {
  integer: (value: number, description: string): Setting<number> => ({ type: "integer", description, default: value }),
  number: (value: number, description: string): Setting<number> => ({ type: "number", description, default: value }),
  text: (value: string, description: string): Setting<string> => ({ type: "string", description, default: value }),
  flag: (value: boolean, description: string): Setting<boolean> => ({ type: "boolean", description, default: value }),
  texts: (value: readonly string[], description: string): Setting<readonly string[]> => ({
    type: "array",
    description,
    default: value,
  }),
  table: <T extends Readonly<Record<string, unknown>>>(value: T, description: string): Setting<T> => ({
    type: "object",
    description,
    default: value,
  }),
};

/** The same level wherever the rule runs. */
export const everywhere = (level: Level): Levels => ({ development: level, staging: level, production: level });
/** A laptop's own stack is told, the shared environments are held to it. */
export const sharedEnvironments: Levels = { development: "advisory", staging: "mandatory", production: "mandatory" };
/** A choice that another project may make otherwise: it is told wherever people share the environment. */
export const sharedAdvice: Levels = { development: "disabled", staging: "advisory", production: "advisory" };
/** The same for what only production owes to its users. */
export const productionAdvice: Levels = { development: "disabled", staging: "disabled", production: "advisory" };
/** What staging should have as well, since it rehearses production. */
export const productionFirst: Levels = { development: "disabled", staging: "advisory", production: "mandatory" };

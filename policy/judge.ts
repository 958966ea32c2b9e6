/**
 * Runs a rule and collects what it says, in three values: a violation, an unknown, or nothing. A rule that throws is a
 * finding of its own: a guard that broke has not passed anything.
 */
import type { PlannedStep, ResourceRule, Settings, StackRule, StepRule, Tier, Values } from "./rule.ts";
import type { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";
import { isUnknownError } from "./unknown.ts";

export interface Outcome {
  rule: string;
  result: "violation" | "unknown" | "broken";
  urn: string;
  message: string;
  /** The property that was unknown. */
  property?: string;
}

export interface Circumstances {
  tier: Tier;
  now: Date;
  /** Values of the rule's settings; a missing one has the rule's default. */
  settings: Readonly<Record<string, unknown>>;
}

export function appliesTo(rule: ResourceRule, type: string): boolean {
  if (rule.types.includes(type)) return true;
  return rule.types.includes("*") && type.includes("/") && !type.startsWith("pulumi:");
}

export const judgeResource = (rule: ResourceRule, resource: Subject, circumstances: Circumstances): Outcome[] =>
  appliesTo(rule, resource.type)
    ? run(rule, circumstances, resource.urn, (context) => rule.check(resource, context))
    : [];

export const judgeStack = (rule: StackRule, stack: Stack, stackUrn: string, circumstances: Circumstances): Outcome[] =>
  rule.types.includes("*") || stack.ofType(...rule.types).length > 0
    ? run(rule, circumstances, stackUrn, (context) => rule.check(stack, context))
    : [];

export function judgeStepRule(rule: StepRule, steps: readonly PlannedStep[], circumstances: Circumstances): Outcome[] {
  return run(rule, circumstances, "", (context) => {
    rule.check(steps, {
      tier: context.tier,
      settings: context.settings,
      report: (message, about) => context.reportAt(message, about.urn),
    });
  });
}

interface Running {
  readonly tier: Tier;
  readonly now: Date;
  readonly settings: Values<Settings>;
  report(message: string, about?: Subject): void;
  reportAt(message: string, urn: string): void;
  each<T>(items: readonly T[], judge: (item: T, index: number) => void, about?: Subject): void;
}

function run(
  rule: { name: string; settings: Settings },
  circumstances: Circumstances,
  defaultUrn: string,
  check: (context: Running) => void,
): Outcome[] {
  const outcomes: Outcome[] = [];
  const add = (result: Outcome["result"], urn: string, message: string, property?: string) => {
    // A rule that walks several paths may find the same thing twice.
    if (outcomes.some((other) => other.result === result && other.urn === urn && other.message === message)) return;
    outcomes.push({ rule: rule.name, result, urn, message, ...(property === undefined ? {} : { property }) });
  };
  const guardedly = (urn: string, action: () => void) => {
    try {
      action();
    } catch (error) {
      if (isUnknownError(error)) {
        const property = error.props.map(String).join(".");
        add(
          "unknown",
          urn,
          `${property} is not known before the apply, so this rule is judged again after it`,
          property,
        );
      } else {
        add("broken", urn, `the rule itself failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const reportAt = (message: string, urn: string) => add("violation", urn, message);
  let settings: Values<Settings> | undefined;
  guardedly(defaultUrn, () =>
    check({
      tier: circumstances.tier,
      now: circumstances.now,
      // Made when they are asked for: most rules have none, or end before they need them.
      get settings() {
        settings ??= settingsOf(rule.settings, circumstances.settings);
        return settings;
      },
      report: (message, about) => reportAt(message, about?.urn ?? defaultUrn),
      reportAt,
      each(items, judge, about) {
        for (let index = 0; index < items.length; index++) {
          guardedly(about?.urn ?? urnOf(items, index) ?? defaultUrn, () => judge(itemAt(items, index), index));
        }
      },
    }),
  );
  return outcomes;
}

/** Inside the length, so it is there; a guard behind the array may throw here. */
function itemAt<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}

/** The URN of an item that is a resource. An item that is itself unknown has none. */
function urnOf(items: readonly unknown[], index: number): string | undefined {
  try {
    const item = items[index];
    if (typeof item !== "object" || item === null || !("urn" in item) || !("type" in item)) return undefined;
    return typeof item.urn === "string" ? item.urn : undefined;
  } catch {
    return undefined;
  }
}

/** What was made last of a rule's settings: the same is asked for hundreds of resources. */
const made = new WeakMap<Settings, { given: Circumstances["settings"]; values: Values<Settings> }>();

function settingsOf(settings: Settings, given: Circumstances["settings"]): Values<Settings> {
  const last = made.get(settings);
  if (last?.given === given) return last.values;
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, { default: fallback }]) => [
      name,
      (given[name] ?? fallback) as typeof fallback,
    ]),
  );
  made.set(settings, { given, values });
  return values;
}

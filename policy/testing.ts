/**
 * The kit for rules' tests. A rule is shown a compliant fixture, one mutation for every way to break it (with the exact
 * message), the property missing and the property unknown, and another environment's level.
 */
import type { Outcome } from "./judge.ts";
import { judgeResource, judgeStack, judgeStepRule } from "./judge.ts";
import type { Properties } from "./properties.ts";
import type { Level, PlannedStep, Rule, Tier } from "./rule.ts";
import { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";
import { guarded, UNKNOWN } from "./unknown.ts";

export const STACK_URN = "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production";
export const urnOf = (type: string, name: string): string => `urn:pulumi:production::shop::${type}::${name}`;

type Extra = Partial<Omit<Subject, "props" | "type" | "name" | "urn">> & {
  /** Property to the name of the fixture it refers to, as the engine records dependencies. */
  refers?: Record<string, Subject | readonly Subject[]>;
};

export function resource(
  type: string,
  name: string,
  props: Properties,
  { refers = {}, ...extra }: Extra = {},
): Subject {
  const propertyDependencies = Object.fromEntries(
    Object.entries(refers).map(([property, targets]) => [property, [targets].flat().map((target) => target.urn)]),
  );
  return {
    type,
    name,
    urn: urnOf(type, name),
    props,
    options: { protect: false },
    dependencies: Object.values(propertyDependencies).flat(),
    propertyDependencies,
    secrets: new Set(),
    ...extra,
  };
}

export interface Mutation {
  /** Name of the resource to change; the first one otherwise. */
  on?: string;
  /** Dotted paths to new values; `undefined` takes the property away. */
  set?: Record<string, unknown>;
  /** Takes the resource named by `on` away. */
  without?: boolean;
  /** Adds resources. */
  add?: readonly Subject[];
  /** Changes what is not a property. */
  extra?: Partial<Subject>;
  /** The exact message or messages, without the resource; none means that the change is allowed. */
  says: string | readonly string[];
  /** The mutation takes away what the rule reads, in another way than `without` or a `set` to `undefined`. */
  missing?: true;
  tier?: Tier;
  settings?: Record<string, unknown>;
}

export interface RuleCase {
  compliant: Subject | readonly Subject[];
  settings?: Record<string, unknown>;
  tier?: Tier;
  now?: string;
  /** Name of the promise to the mutation that it is about. */
  mutations: Record<string, Mutation>;
  /**
   * Paths (`resource:path`, or `path` on the first one) whose unknown leaves the rule undecided, or the promise that no
   * unknown property changes the verdict on the compliant fixture.
   */
  unknown: readonly [string, ...string[]] | "changes nothing";
  /** Levels outside production. */
  elsewhere: Partial<Record<Tier, Level>>;
}

export function describeRule(rule: Rule, cases: RuleCase): void {
  const all = [cases.compliant].flat() as readonly Subject[];
  describe(rule.name, () => {
    test("accepts the compliant fixture", () => {
      expect(said(judge(rule, all, cases))).toEqual([]);
    });
    for (const [promise, mutation] of Object.entries(cases.mutations)) {
      test(promise, () => {
        const { tier, settings } = { ...cases, ...mutation };
        const outcomes = judge(rule, mutate(all, mutation), {
          ...cases,
          ...(tier === undefined ? {} : { tier }),
          ...(settings === undefined ? {} : { settings }),
        });
        expect(said(outcomes)).toEqual([mutation.says].flat());
      });
    }
    const { unknown } = cases;
    if (unknown === "changes nothing") {
      test("is decided whatever is unknown", () => {
        const blind = all.map((subject) => ({ ...subject, props: allUnknown(subject.props) }));
        expect(said(judge(rule, blind, cases))).toEqual([]);
      });
    }
    for (const where of unknown === "changes nothing" ? [] : unknown) {
      test(`is undecided while ${where} is unknown`, () => {
        const [path = "", on] = where.split(":").reverse();
        const outcomes = judge(
          rule,
          mutate(all, { ...(on === undefined ? {} : { on }), set: { [path]: UNKNOWN }, says: "" }),
          cases,
        );
        expect(outcomes.map((outcome) => [outcome.result, outcome.property])).toEqual([["unknown", path]]);
      });
    }
    test("is as strict elsewhere as the environment deserves", () => {
      expect(rule.levels).toMatchObject({ ...cases.elsewhere });
    });
    test("is shown broken, with what it reads missing, and elsewhere", () => {
      const mutations = Object.values(cases.mutations);
      expect({
        broken: mutations.some(({ says }) => says.length > 0),
        missing: mutations.some(takesAway),
        elsewhere: Object.keys(cases.elsewhere).length > 0,
      }).toEqual({ broken: true, missing: true, elsewhere: true });
    });
  });
}

const takesAway = ({ missing, set = {}, without }: Mutation): boolean =>
  missing === true || without === true || Object.values(set).some((value) => value === undefined || isBare(value));

const isBare = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const allUnknown = (props: Properties): Properties =>
  Object.fromEntries(Object.keys(props).map((name) => [name, UNKNOWN]));

export interface StepCase {
  compliant: readonly PlannedStep[];
  mutations: Record<string, { steps: readonly PlannedStep[]; says: string | readonly string[] }>;
  /** Steps whose inputs were not recorded, and what is said of them all the same. */
  missing: { steps: readonly PlannedStep[]; says: string | readonly string[] };
  /** Steps with inputs that are not known yet. */
  unknown: { steps: readonly PlannedStep[]; says: string | readonly string[] };
  elsewhere: Partial<Record<Tier, Level>>;
}

/** The same for a rule that judges a plan. */
export function describeStepRule(rule: Rule, cases: StepCase): void {
  describe(rule.name, () => {
    test("accepts the compliant plan", () => {
      expect(judgePlan(rule, cases.compliant)).toEqual([]);
    });
    const { missing, unknown } = cases;
    const all = { ...cases.mutations, "judges steps without inputs": missing, "judges steps with unknowns": unknown };
    test.each(Object.entries(all))("%s", (_, { says, steps }) => {
      expect(judgePlan(rule, steps)).toEqual([says].flat());
    });
    test("is as strict elsewhere as the environment deserves, and is shown broken", () => {
      expect(rule.levels).toMatchObject({ ...cases.elsewhere });
      expect(Object.values(cases.mutations).some(({ says }) => says.length > 0)).toBe(true);
    });
  });
}

export function judge(
  rule: Rule,
  subjects: readonly Subject[],
  given: { tier?: Tier; settings?: Record<string, unknown>; now?: string } = {},
): Outcome[] {
  const circumstances = {
    tier: given.tier ?? "production",
    now: new Date(given.now ?? "2026-11-21T12:00:00Z"),
    settings: given.settings ?? {},
  };
  const seen = subjects.map((subject) => ({ ...subject, props: guarded(subject.props) }));
  if (rule.kind === "stack") return judgeStack(rule, new Stack(seen), STACK_URN, circumstances);
  if (rule.kind === "resource") return seen.flatMap((subject) => judgeResource(rule, subject, circumstances));
  throw new Error(`${rule.name} judges steps: use judgePlan`);
}

export const judgePlan = (rule: Rule, steps: readonly PlannedStep[], tier: Tier = "production"): string[] =>
  rule.kind === "step"
    ? judgeStepRule(rule, steps, { tier, now: new Date("2026-11-21T12:00:00Z"), settings: {} }).map(
        ({ message }) => message,
      )
    : [];

export const said = (outcomes: readonly Outcome[]): string[] =>
  outcomes.map(({ result, message }) => (result === "violation" ? message : `${result}: ${message}`));

export function mutate(subjects: readonly Subject[], mutation: Mutation): readonly Subject[] {
  const on = mutation.on ?? subjects[0]?.name;
  const changed = subjects
    .filter((subject) => !(mutation.without === true && subject.name === on))
    .map((subject) =>
      subject.name === on
        ? { ...subject, ...mutation.extra, props: changedProps(subject.props, mutation.set ?? {}) }
        : subject,
    );
  return [...changed, ...(mutation.add ?? [])];
}

function changedProps(props: Properties, set: Record<string, unknown>): Properties {
  const copy = structuredClone(props) as Record<string, unknown>;
  for (const [path, value] of Object.entries(set)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let place = copy;
    for (const key of keys) {
      place[key] ??= {};
      place = place[key] as Record<string, unknown>;
    }
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return copy;
}

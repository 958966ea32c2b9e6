/**
 * Judges a recorded state or preview with every rule, without an engine and without running the program: for reviews,
 * for `./thorbis policy check`, and after an apply, when nothing is unknown any more.
 */
import rawConfig from "./config.json" with { type: "json" };
import {
  checkConfig,
  configFor,
  levelOf,
  type PackConfig,
  projectOfUrn,
  settingsOf,
  stackOfUrn,
  tierOf,
} from "./config.ts";
import { costDifference, type Estimate, estimate, type PriceTable } from "./cost/estimate.ts";
import { type ProjectScore, projectScores } from "./headers/project-scores.ts";
import { judgeResource, judgeStack, judgeStepRule, type Outcome } from "./judge.ts";
import prices from "./prices.json" with { type: "json" };
import type { Recorded } from "./recorded.ts";
import type { Level, PlannedStep, Rule, Severity, Tier } from "./rule.ts";
import { rulesWith } from "./rules.ts";
import { Stack } from "./stack.ts";
import rawWaivers from "./waivers.json" with { type: "json" };
import { parseWaivers, type Waiver, WaiverUse, waiversInForce } from "./waivers.ts";

export interface Finding extends Outcome {
  level: Level;
  severity: Severity;
  title: string;
  remediation: string;
  link: string;
  /** Set when a waiver excuses it. */
  waiver?: Waiver;
  /** Where the program declares the resource. */
  source?: { file: string; line: number };
}

export interface Report {
  stack: string;
  tier: Tier;
  /** Rules that were judged, those switched off in this environment aside. */
  rules: number;
  resources: number;
  findings: Finding[];
  waivers: Waiver[];
  cost: Estimate;
  /** Component to what a preview changes of its monthly cost; absent for a state. */
  costChange?: Record<string, number>;
  scores: ProjectScore[];
  /** True when unchanged resources were missing from the record, so that no stack rule was judged. */
  partial: boolean;
}

/** The pack as it is shipped. */
export interface Pack {
  rules: readonly Rule[];
  config: PackConfig;
  waivers: readonly Waiver[];
  /** Where a run notes which waivers it needed; the rules on waivers read it. */
  use: WaiverUse;
}

/** Errors: `PolicyConfigError`, `WaiverFileError`. */
export function shippedPack(): Pack {
  const waivers = parseWaivers(rawWaivers);
  const use = new WaiverUse();
  const rules = rulesWith(waivers, use);
  return { rules, config: checkConfig(rawConfig as PackConfig, rules), waivers, use };
}

export function checkRecord(record: Recorded, given: Pack, now: Date): Report {
  const stackUrn =
    record.results.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? record.results[0]?.urn ?? "";
  const anyUrn = stackUrn || (record.steps[0]?.urn ?? "");
  const name = stackOfUrn(anyUrn) ?? "";
  const pack = { ...given, config: configFor(projectOfUrn(anyUrn) ?? "", given.config) };
  const tier = tierOf(name, pack.config);
  const stack = new Stack(record.results);
  pack.use.begin();
  const inForce = pack.rules.filter((rule) => levelOf(rule, tier, pack.config) !== "disabled");
  const findings = inForce.flatMap((rule) => {
    const circumstances = { tier, now, settings: settingsOf(rule, tier, pack.config) };
    if (rule.kind === "resource") {
      return record.goals.flatMap((goal) =>
        findingsOf(rule, judgeResource(rule, goal, circumstances), tier, pack, now, record),
      );
    }
    if (rule.kind === "step")
      return findingsOf(rule, judgeStepRule(rule, record.steps, circumstances), tier, pack, now, record);
    return record.partial
      ? []
      : findingsOf(rule, judgeStack(rule, stack, stackUrn, circumstances), tier, pack, now, record);
  });
  const cost = estimate(stack, prices as PriceTable);
  return {
    stack: name,
    tier,
    rules: inForce.length,
    resources: record.goals.length,
    findings,
    waivers: waiversInForce(pack.waivers, name, now),
    cost,
    ...costChangeOf(record, cost),
    scores: projectScores(stack),
    partial: record.partial,
  };
}

/** By the resources that a preview names: those that it leaves out cost the same before and after. */
function costChangeOf({ before, steps }: Recorded, after: Estimate): Pick<Report, "costChange"> {
  // Steps beside a whole state tell nothing of what the rest cost before.
  const whole = before.length > 0 || steps.every(({ op }) => op === "create");
  if (steps.length === 0 || !whole) return {};
  return { costChange: costDifference(estimate(new Stack(before), prices as PriceTable), after) };
}

/** Judges planned changes by what only a plan shows: data replaced or deleted, renames. For whoever holds the steps. */
export function judgeSteps(steps: readonly PlannedStep[], stack: string, given: Pack, now: Date): Finding[] {
  const pack = { ...given, config: configFor(projectOfUrn(steps[0]?.urn ?? "") ?? "", given.config) };
  const tier = tierOf(stack, pack.config);
  return pack.rules.flatMap((rule) => {
    if (rule.kind !== "step" || levelOf(rule, tier, pack.config) === "disabled") return [];
    const outcomes = judgeStepRule(rule, steps, { tier, now, settings: settingsOf(rule, tier, pack.config) });
    return findingsOf(rule, outcomes, tier, pack, now);
  });
}

function findingsOf(
  rule: Rule,
  outcomes: readonly Outcome[],
  tier: Tier,
  pack: Pack,
  now: Date,
  record?: Recorded,
): Finding[] {
  return outcomes.map((outcome) => {
    const waiver = pack.use.excuse(outcome, pack.waivers, now);
    const source = record?.sources.get(outcome.urn);
    return {
      ...outcome,
      level: levelOf(rule, tier, pack.config),
      severity: rule.severity,
      title: rule.title,
      remediation: rule.remediation,
      link: rule.link,
      ...(waiver === undefined ? {} : { waiver }),
      ...(source === undefined ? {} : { source }),
    };
  });
}

/** What stops a deployment: mandatory, not waived, and either violated or not judged because the rule broke. */
export const refusing = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ level, result, waiver }) => level === "mandatory" && result !== "unknown" && waiver === undefined);

/** An option that neither a state nor a preview records: the engine judged it before the step. */
export const isUnrecorded = ({ property, result }: Finding): boolean =>
  result === "unknown" && property?.startsWith("options.") === true;

/** Mandatory rules that came to no judgement; after an apply there must be none. */
export const undecided = (findings: readonly Finding[]): Finding[] =>
  findings.filter((finding) => finding.level === "mandatory" && finding.result === "unknown" && !isUnrecorded(finding));

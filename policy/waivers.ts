/**
 * Waivers: the one way past a rule for one resource. CrossGuard has none of its own (pulumi-policy#438). A waiver is a
 * reviewed record in the repository; it names one resource, says why, who answers for it, and when it ends.
 */
import { stackOfUrn, wildcard } from "./config.ts";
import type { Outcome } from "./judge.ts";
import type { Rule, Severity } from "./rule.ts";

export interface Waiver {
  rule: string;
  /** A resource's URN; `*` stands for any run of characters, and exactly one resource may match. */
  urn: string;
  reason: string;
  owner: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  expires: string;
}

export interface WaiverProblem {
  waiver: Waiver;
  message: string;
}

const DAY_MILLISECONDS = 86_400_000;
/** A high risk is looked at again after a quarter at the latest. */
const MAXIMUM_DAYS: Record<Severity, number> = { low: 365, medium: 365, high: 90, critical: 90 };
const FIELDS = ["rule", "urn", "reason", "owner", "expires"] as const;

export class WaiverFileError extends Error {
  readonly exitCode = 2;
  readonly remedy = 'A waiver is { "rule", "urn", "reason", "owner", "expires": "YYYY-MM-DD" }, all of them texts.';

  constructor(problems: readonly string[]) {
    super(`policy/waivers.json is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "WaiverFileError";
  }
}

/** Reads the records. A record that is no waiver at all stops everything: it must not look like one that holds. */
export function parseWaivers(file: unknown): Waiver[] {
  const records: unknown = typeof file === "object" && file !== null && "waivers" in file ? file.waivers : undefined;
  if (!Array.isArray(records)) throw new WaiverFileError(["waivers: must be a list"]);
  const problems: string[] = [];
  const waivers = records.map((record: Record<string, unknown>, index) => {
    for (const field of FIELDS) {
      if (typeof record[field] !== "string" || record[field].trim() === "") {
        problems.push(`waivers[${index}].${field}: must be a text`);
      }
    }
    for (const field of Object.keys(record)) {
      if (!FIELDS.some((known) => known === field)) problems.push(`waivers[${index}].${field}: there is no such field`);
    }
    return record as unknown as Waiver;
  });
  if (problems.length > 0) throw new WaiverFileError(problems);
  return waivers;
}

/** What is wrong with the waivers that speak of this stack. */
export function judgeWaivers(
  waivers: readonly Waiver[],
  rules: ReadonlyMap<string, Pick<Rule, "kind" | "severity">>,
  urns: readonly string[],
  stack: string,
  now: Date,
): WaiverProblem[] {
  const problems: WaiverProblem[] = [];
  for (const waiver of waivers) {
    const say = (message: string) => problems.push({ waiver, message: `the waiver of ${waiver.rule} ${message}` });
    const itsStack = stackOfUrn(waiver.urn);
    if (itsStack === undefined || itsStack.includes("*")) {
      say(`must name its stack: \`${waiver.urn}\` could match in every environment`);
      continue;
    }
    if (itsStack !== stack) continue;
    const rule = rules.get(waiver.rule);
    if (rule === undefined) {
      say("names a rule that does not exist");
      continue;
    }
    const { severity } = rule;
    const end = lastMoment(waiver);
    if (Number.isNaN(end)) say(`has no date in \`expires\`: ${waiver.expires}`);
    else if (end < now.getTime())
      say(`expired on ${waiver.expires}; ${waiver.owner} decides whether it is still needed`);
    else if (end - now.getTime() > (MAXIMUM_DAYS[severity] + 1) * DAY_MILLISECONDS) {
      say(
        `ends on ${waiver.expires}: a rule of severity ${severity} can be waived for ${MAXIMUM_DAYS[severity]} days at most`,
      );
    }
    const matching = urns.filter((urn) => wildcard(waiver.urn).test(urn));
    // What a step rule is about may be gone once the step is done: such a waiver ends by its date.
    if (matching.length === 0 && rule.kind !== "step") say(`matches no resource: ${waiver.urn}`);
    if (matching.length > 1) say(`matches ${matching.length} resources, it may match one: ${waiver.urn}`);
  }
  return problems;
}

/** Whether a finding is waived. Unknown and broken are not: nobody can excuse what nobody has seen. */
export function waiverOf(outcome: Outcome, waivers: readonly Waiver[], now: Date): Waiver | undefined {
  if (outcome.result !== "violation") return undefined;
  return waivers.find(
    (waiver) =>
      waiver.rule === outcome.rule &&
      stackOfUrn(waiver.urn) === stackOfUrn(outcome.urn) &&
      lastMoment(waiver) >= now.getTime() &&
      wildcard(waiver.urn).test(outcome.urn),
  );
}

/** Notes which waivers a run had a use for, so that those that excuse nothing any more are seen. */
export class WaiverUse {
  readonly #used = new Set<Waiver>();

  begin(): void {
    this.#used.clear();
  }

  /** The waiver that excuses a finding. One that an undecided rule may still need counts as used. */
  excuse(outcome: Outcome, waivers: readonly Waiver[], now: Date): Waiver | undefined {
    const asIfViolated: Outcome = { ...outcome, result: "violation" };
    const waiver = waivers.length === 0 ? undefined : waiverOf(asIfViolated, waivers, now);
    if (waiver !== undefined) this.#used.add(waiver);
    return outcome.result === "violation" ? waiver : undefined;
  }

  has(waiver: Waiver): boolean {
    return this.#used.has(waiver);
  }
}

export const waiversInForce = (waivers: readonly Waiver[], stack: string, now: Date): Waiver[] =>
  waivers.filter((waiver) => stackOfUrn(waiver.urn) === stack && lastMoment(waiver) >= now.getTime());

/** The end of the last day, UTC. */
function lastMoment(waiver: Waiver): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(waiver.expires) ? Date.parse(`${waiver.expires}T23:59:59.999Z`) : Number.NaN;
}

/**
 * Asks the rules of a pack in the SDK's way: which rules are asked, at which level, what a throw means, and every word
 * of what is told agree with the functions of `server.js` of `@pulumi/policy`, which this takes the place of.
 */
import type { PolicyConfiguration } from "../configuration.ts";
import type { Finding, Findings, FoundRemediation, NotApplicable } from "../connection.ts";
import { type Asked, askedRule, type Check, type Report } from "./asked-rule.ts";
import { type ServedArgs, severities } from "./pack-info.ts";
import { type Known, NotApplicableError, optionsOf, RuleArguments } from "./rule-arguments.ts";
import { RuntimeValues } from "./runtime-values.ts";
import type { Sdk } from "./sdk.ts";

/** Remembers whose word it is: they are told in the order of the rules. */
type Skip = NotApplicable & { place: number };

interface Plan {
  /** `checksOfType` are those of the checks that do something with a resource of the type. */
  asked: { rule: Asked; checks: Check[]; checksOfType: Check[] }[];
  skipped: Skip[];
}

/** What the rules said of one subject. */
class Told {
  readonly findings: Finding[] = [];
  readonly skipped: Skip[] = [];

  /** With those that were clear before; the very same list when the rules added none. */
  notApplicable(before: Skip[]): NotApplicable[] {
    if (this.skipped.length === 0) return before;
    return [...before, ...this.skipped].sort((left, right) => left.place - right.place);
  }
}

export class ServedPack {
  readonly #served: ServedArgs;
  readonly #sdk: Sdk;
  readonly #values: RuntimeValues;
  readonly #arguments: RuleArguments;
  #asked: Asked[] = [];
  /** By the type of the resource. */
  readonly #plans = new Map<string, Plan>();

  constructor(served: ServedArgs, sdk: Sdk) {
    this.#served = served;
    this.#sdk = sdk;
    this.#values = new RuntimeValues(sdk);
    this.#arguments = new RuleArguments(sdk, this.#values);
    this.configure({});
  }

  configure(settings: PolicyConfiguration): void {
    this.#asked = (this.#served.pack.policies ?? []).map((policy, place) =>
      askedRule(policy, place, this.#served.level, settings, this.#sdk),
    );
    this.#plans.clear();
  }

  async analyze(about: Known): Promise<Findings> {
    const { asked, skipped: always } = this.#planFor(about.resource.type);
    const told = new Told();
    for (const { checks, checksOfType, rule } of asked) {
      const due = about.readAtOnce ? checks : checksOfType;
      if (due.length === 0) continue;
      const report = this.#report(rule, told.findings);
      for (const check of due) {
        const judge = () => check(this.#arguments.forResource(about, rule.getConfig), report);
        const answer = this.#guarded(rule, told, judge);
        if (isPromise(answer)) await answer;
      }
    }
    return { findings: told.findings, notApplicable: told.notApplicable(always) };
  }

  /** Which rules are asked about a type, and which say of themselves that they are not for it. */
  #planFor(type: string): Plan {
    let plan = this.#plans.get(type);
    if (plan === undefined) {
      plan = { asked: [], skipped: [] };
      for (const rule of this.#asked) {
        if (rule.level === "disabled" || !rule.isResourceRule) continue;
        if (rule.checks.length === 0) plan.skipped.push(skip(rule, "Policy does not implement validateResource"));
        else if (rule.checksType && rule.checksType !== type) plan.skipped.push(otherType(rule, rule.checksType));
        else {
          const checksOfType = rule.checks.filter((each) => each.type === undefined || each.type === type);
          const checksAlone = (checks: Asked["checks"]) => checks.map(({ check }) => check);
          plan.asked.push({ rule, checks: checksAlone(rule.checks), checksOfType: checksAlone(checksOfType) });
        }
      }
      this.#plans.set(type, plan);
    }
    return plan;
  }

  /** Resources that the stack is likely to have: the first rule that asks for them gets what is made now. */
  foresee(part: readonly Known[]): void {
    this.#arguments.foresee(part);
  }

  async analyzeStack(stack: readonly Known[]): Promise<Findings> {
    const types = new Set(stack.map(({ resource }) => resource.type));
    const told = new Told();
    for (const rule of this.#asked) {
      const { checkStack, checksStackType } = rule;
      if (rule.level === "disabled" || !rule.isStackRule || !checkStack) continue;
      if (checksStackType && !types.has(checksStackType)) {
        told.skipped.push(otherType(rule, checksStackType));
        continue;
      }
      const report = this.#report(rule, told.findings);
      const judge = () => checkStack(this.#arguments.forStack(stack, rule.getConfig), report);
      const answer = this.#guarded(rule, told, judge);
      if (isPromise(answer)) await answer;
    }
    return { findings: told.findings, notApplicable: told.notApplicable([]) };
  }

  async remediate(about: Known): Promise<FoundRemediation[]> {
    const { resource } = about;
    const opts = optionsOf(resource);
    let props: unknown = this.#values.remediated(about.complete);
    const found: FoundRemediation[] = [];
    for (const rule of this.#asked) {
      const { name, remediate, remediatesType } = rule;
      if (rule.level !== "remediate" || !rule.isResourceRule || !remediate) continue;
      if (remediatesType && remediatesType !== resource.type) continue;
      try {
        const result = await remediate(this.#arguments.forRemediation(about, opts, props, rule.getConfig));
        if (!result) continue;
        props = result;
      } catch (error) {
        if (error instanceof NotApplicableError) continue;
        const remediation = this.#nameOf("remediation", rule);
        if (!(error instanceof this.#sdk.UnknownValueError)) {
          throw this.#failure(`Error remediating resource with ${remediation}`, error);
        }
        found.push({ policy: name, diagnostic: `can't run ${remediation} during preview: ${error.message}` });
        continue;
      }
      found.push({ policy: name, properties: await this.#values.writtenMap(props) });
    }
    return found;
  }

  /** Runs a check; what it throws is told. A promise only when the check gives one. */
  #guarded(rule: Asked, told: Told, check: () => unknown): unknown {
    try {
      const answer = check();
      return isPromise(answer) ? answer.then(undefined, (error) => this.#tell(rule, told, error)) : undefined;
    } catch (error) {
      return this.#tell(rule, told, error);
    }
  }

  #tell(rule: Asked, told: Told, error: unknown): void {
    if (error instanceof NotApplicableError) {
      told.skipped.push(skip(rule, error.reason ?? ""));
      return;
    }
    const policy = this.#nameOf("policy", rule);
    if (!(error instanceof this.#sdk.UnknownValueError)) {
      throw this.#failure(`Error validating resource with ${policy}`, error);
    }
    told.findings.push({
      ...headOf(rule),
      message: `can't run ${policy} during preview: ${error.message}`,
      level: "advisory",
    });
  }

  #report(rule: Asked, findings: Finding[]): Report {
    // What a remediation did not put right is a violation of a mandatory rule.
    const level = rule.level === "remediate" ? "mandatory" : rule.level;
    return (given, urn) => {
      if (typeof given !== "object") {
        const message = given ? `${rule.description}\n${given}` : rule.description;
        findings.push({ ...headOf(rule), message, level, ...(urn && { urn }) });
        return;
      }
      const description = given.description || rule.description;
      findings.push({
        ...headOf({ name: given.name || rule.name, description, severity: given.severity || rule.severity }),
        message: given.message || description,
        level: given.enforcementLevel || level,
        ...(given.urn && { urn: given.urn }),
      });
    };
  }

  #nameOf(kind: "policy" | "remediation", { name }: Asked): string {
    return `${kind} '${name}' from policy pack '${this.#served.name}@v${this.#served.version}'`;
  }

  #failure(message: string, error: unknown): Error {
    if (!(error instanceof Error)) return new Error(`${message}:\n${error}`);
    this.#sdk.mapStackTraces();
    const lines = String(error.stack).split("\n");
    return new Error([`${message}:`, ...lines.filter((line) => !line.includes(import.meta.dirname))].join("\n"));
  }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

const skip = ({ name, place }: Asked, reason: string): Skip => ({ policy: name, reason, place });

const otherType = (rule: Asked, type: string): Skip => skip(rule, `Policy only applies to resources of type '${type}'`);

const headOf = ({ description, name, severity }: Pick<Asked, "description" | "name" | "severity">) => ({
  policy: name,
  description: description ?? "",
  ...(severity && severities.includes(severity) && { severity }),
});

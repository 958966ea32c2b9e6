/** From rules as plain data to CrossGuard's policies. */
import {
  type ReportViolation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";
import { levelOf, type PackConfig, settingsOf } from "./config.ts";
import { appliesTo, type Circumstances, judgeResource, judgeStack, type Outcome } from "./judge.ts";
import type { SecrecyObserver } from "./observer.ts";
import type { ResourceRule, Rule, StackRule, Tier } from "./rule.ts";
import type { StackReader } from "./stack-reader.ts";
import type { Subject } from "./subject.ts";
import { UNKNOWN } from "./unknown.ts";
import type { Waiver, WaiverUse } from "./waivers.ts";

export interface PackChoices {
  tier: Tier;
  config: PackConfig;
  waivers: readonly Waiver[];
  use: WaiverUse;
  observer: SecrecyObserver;
  stackOf: StackReader;
}

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** CrossGuard's policy for a rule; none for a step rule, since an engine shows a pack goals and not steps. */
export function policyOf(rule: Rule, choices: PackChoices): Policy | undefined {
  if (rule.kind === "step") return undefined;
  const head = {
    name: rule.name,
    displayName: rule.title,
    description: rule.description,
    enforcementLevel: levelOf(rule, choices.tier, choices.config),
    severity: rule.severity,
    remediationSteps: rule.remediation,
    url: rule.link,
    tags: rule.frameworks.map(({ name, version, reference }) => `${name} ${version}: ${reference}`),
    configSchema: { properties: schemaOf(rule) },
    ...frameworkOf(rule),
  };
  return rule.kind === "resource"
    ? { ...head, validateResource: resourceValidation(rule, choices) }
    : { ...head, validateStack: stackValidation(rule, choices) };
}

type Validation = NonNullable<ResourceValidationPolicy["validateResource"]>;

function resourceValidation(rule: ResourceRule, choices: PackChoices): Validation {
  const circumstances = circumstancesOf(rule, choices);
  const validate = (args: ResourceValidationArgs, report: ReportViolation): void => {
    if (!appliesTo(rule, args.type)) return;
    const secrets = choices.observer.secretsOf(args.urn);
    const { name, opts, props, provider, type, urn } = args;
    const subject: Subject = {
      type,
      name,
      urn,
      props,
      options: { protect: opts.protect, deleteBeforeReplace: opts.deleteBeforeReplace },
      dependencies: [],
      propertyDependencies: {},
      ...(provider && { provider }),
      ...(opts.parent !== undefined && { parent: opts.parent }),
      ...(secrets && { secrets }),
    };
    tell(rule, judgeResource(rule, subject, circumstances(args.getConfig())), choices, report);
  };
  const [first, ...others] = rule.types;
  if (first === undefined || rule.types.includes("*")) return validate;
  if (others.length === 0) return ofType(first, validate);
  return rule.types.map((type) =>
    ofType(type, (args: ResourceValidationArgs, report: ReportViolation) => {
      if (args.type === type) validate(args, report);
    }),
  );
}

function stackValidation(rule: StackRule, choices: PackChoices) {
  const circumstances = circumstancesOf(rule, choices);
  const validate: StackValidationPolicy["validateStack"] = (args, report) => {
    const { root, stack } = choices.stackOf(args);
    tell(rule, judgeStack(rule, stack, root, circumstances(args.getConfig())), choices, report);
  };
  const [type] = rule.types;
  return rule.types.length === 1 && type !== undefined && type !== "*" ? ofType(type, validate) : validate;
}

/**
 * The SDK reads the properties anew for every policy; one that names its type can be skipped before that. This is the
 * mark that its own `validateResourceOfType` leaves.
 */
const ofType = <F extends object>(type: string, validate: F): F => Object.assign(validate, { __pulumiType: type });

/** What the configuration says is the same for every resource; what the command line says is asked for each. */
function circumstancesOf(rule: Rule, { config, tier }: PackChoices): (given: object) => Circumstances {
  const stated = settingsOf(rule, tier, config);
  // The command line's --policy-pack-config has the last word.
  return (given) => ({
    tier,
    now: new Date(),
    settings: Object.keys(given).length === 0 ? stated : { ...stated, ...given },
  });
}

/** Violations and broken rules are reported; what was unknown is thrown last, in the SDK's own way of saying so. */
function tell(rule: Rule, outcomes: readonly Outcome[], { use, waivers }: PackChoices, report: ReportViolation): void {
  for (const outcome of outcomes) {
    const waiver = use.excuse(outcome, waivers, new Date());
    if (outcome.result === "unknown" || waiver !== undefined) continue;
    report(`${outcome.message}. ${rule.remediation} (${rule.link})`, outcome.urn);
  }
  const unknown = outcomes.filter(({ result }) => result === "unknown");
  if (unknown.length === 0) return;
  const where = unknown.map(({ property = "", urn }) => `${rule.kind === "stack" ? `${nameOf(urn)}.` : ""}${property}`);
  throw new UnknownValueError(UNKNOWN, [[...new Set(where)].join(", .")]);
}

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

function schemaOf(rule: Rule) {
  return Object.fromEntries(
    Object.entries(rule.settings).map(([name, { description, type }]) => [name, { type, description }]),
  );
}

function frameworkOf({ frameworks: [first] }: Rule) {
  if (first === undefined) return {};
  return { framework: { ...first, specification: `${first.name} ${first.version}` } };
}

/** A rule of a pack as far as it is asked: its checks, whom it is for, and the level and settings that are in force. */
import type { EnforcementLevel, Policy } from "@pulumi/policy";
import type { PolicyConfiguration } from "../configuration.ts";
import type { Finding } from "../connection.ts";
import { structForm } from "./pack-info.ts";
import type { Sdk } from "./sdk.ts";

/** The SDK's typings know of text alone; its server also takes a finding in the name of another rule. */
export type Report = (
  given: string | Partial<Finding & { name: string; enforcementLevel: EnforcementLevel }>,
  urn?: string,
) => void;
export type Check = (args: object, report: Report) => unknown;

/** A rule as far as it is asked. */
export interface Asked {
  name: string;
  /** Among the rules of the pack. */
  place: number;
  description: string;
  severity: string | undefined;
  level: EnforcementLevel;
  isResourceRule: boolean;
  isStackRule: boolean;
  /** Each with the one type that it says it is for. */
  checks: { check: Check; type: string | undefined }[];
  /** The same of a rule with a single check: it is told of another type that the rule does not apply. */
  checksType: string | undefined;
  remediate: ((args: object) => unknown) | undefined;
  remediatesType: string | undefined;
  checkStack: Check | undefined;
  checksStackType: string | undefined;
  getConfig: () => object;
}

/** `level` is the pack's, for rules that name none. */
export function askedRule(
  policy: Policy,
  place: number,
  level: EnforcementLevel,
  settings: PolicyConfiguration,
  sdk: Sdk,
): Asked {
  const { description, name, severity } = policy;
  const { remediateResource, validateResource, validateStack } = policy as {
    validateResource?: Check | Check[];
    remediateResource?: (args: object) => unknown;
    validateStack?: Check;
  };
  const configured = settings[name];
  const properties = configured && (structForm(configured.properties) as object);
  const own = policy.enforcementLevel || level;
  return {
    name,
    place,
    description,
    severity,
    level: configured ? (configured.level ?? "advisory") : own,
    isResourceRule: sdk.isResourcePolicy(policy),
    isStackRule: sdk.isStackPolicy(policy),
    checks: (validateResource === undefined ? [] : [validateResource].flat()).map((check) => ({
      check,
      type: sdk.getPulumiType(check),
    })),
    checksType: Array.isArray(validateResource) ? undefined : sdk.getPulumiType(validateResource),
    remediate: remediateResource && ((args) => remediateResource.call(policy, args)),
    remediatesType: sdk.getPulumiType(remediateResource),
    checkStack: validateStack && ((args, report) => validateStack.call(policy, args, report)),
    checksStackType: sdk.getPulumiType(validateStack),
    getConfig: () => ({ ...properties }),
  };
}

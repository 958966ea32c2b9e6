/** The policy pack of a scenario: the file named by CONFORMANCE_POLICY lists its rules. */
import { readFileSync } from "node:fs";
import { type Policies, PolicyPack } from "@pulumi/policy";

interface Rule {
  name: string;
  level: "advisory" | "mandatory" | "remediate" | "disabled";
  kind?: "resource" | "stack" | "remediate";
  /** Path of the property that the rule looks at. */
  property: string;
  /** The value that breaks the rule; absent: the property's absence does. */
  equals?: unknown;
  /** What a remediation adds. */
  set?: Record<string, unknown>;
  throws?: boolean;
  notApplicable?: boolean;
}

const THING = "test:index:Thing";

// biome-ignore lint/suspicious/noExplicitAny: the policy SDK hands out properties as any.
type Properties = Record<string, any>;

function breaks(properties: Properties, rule: Rule): boolean {
  const value = rule.property.split(".").reduce((inner: Properties | undefined, key) => inner?.[key], properties);
  return "equals" in rule ? value === rule.equals : value === undefined;
}

function policyOf(rule: Rule): Policies[number] {
  const base = { name: rule.name, description: rule.name, enforcementLevel: rule.level };
  if (rule.kind === "stack")
    return {
      ...base,
      validateStack: ({ resources }, report) => {
        for (const { type, name, urn, props } of resources)
          if (type === THING && breaks(props, rule)) report(`${name} breaks ${rule.name}`, urn);
      },
    };
  if (rule.kind === "remediate")
    return {
      ...base,
      remediateResource: ({ type, props }) =>
        type === THING && breaks(props, rule) ? { ...props, ...rule.set } : undefined,
    };
  return {
    ...base,
    validateResource: (args, report) => {
      if (rule.throws) throw new Error("the rule is broken");
      if (rule.notApplicable) args.notApplicable("not here");
      if (args.type === THING && breaks(args.props, rule)) report(`${args.name} breaks ${rule.name}`);
    },
  };
}

const rules: Rule[] = JSON.parse(readFileSync(process.env.CONFORMANCE_POLICY ?? "", "utf8"));
new PolicyPack("conformance", { policies: rules.map(policyOf) });

import type { z } from "zod";
import type { Problem } from "../problem.ts";
import { applyRules, rule } from "./rule.ts";
import { continuityRules } from "./rules/continuity.ts";
import { domainRules } from "./rules/domains.ts";
import { operationRules } from "./rules/operations.ts";
import { securityRules } from "./rules/security.ts";

const identityRules = (stack: string) => [
  rule(["name"], (name) =>
    name === stack
      ? undefined
      : {
          path: "name",
          reason: `is "${name}", but the stack is "${stack}"`,
          remedy: `Write "${stack}", or rename the file to Pulumi.${name}.yaml.`,
        },
  ),
];

/** Contradictions between fields, in the parts of an environment that are right by themselves. */
export function crossFieldProblems(untrusted: unknown, issues: readonly z.core.$ZodIssue[], stack: string): Problem[] {
  const rules = [...identityRules(stack), ...domainRules, ...securityRules, ...continuityRules, ...operationRules];
  return applyRules(rules, untrusted, issues);
}

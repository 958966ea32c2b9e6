import { stackOfUrn } from "../config.ts";
import { soc2 } from "../frameworks.ts";
import { everywhere, type Rule, type StackRule, stackRule } from "../rule.ts";
import { judgeWaivers, type Waiver, waiversInForce } from "../waivers.ts";

/** The two rules on waivers: one refuses those that no longer hold, one prints those that do. */
export function waiverRules(waivers: readonly Waiver[], rules: readonly Rule[]): [StackRule, StackRule] {
  const severities = new Map(rules.map(({ name, severity }) => [name, severity]));
  const valid = stackRule({
    name: "pulumi-waiver-valid",
    title: "Waivers end",
    description: "Every waiver names one resource that exists, one rule that exists, and a day not too far away.",
    severity: "high",
    frameworks: [soc2("CC3.2")],
    remediation:
      "Mend what the waiver excuses and delete it from policy/waivers.json, or renew it in a reviewed pull request.",
    link: "https://github.com/pulumi/pulumi-policy/issues/438",
    levels: everywhere("mandatory"),
    types: ["*"],
    check(stack, context) {
      const urns = stack.resources.map(({ urn }) => urn);
      const name = stackOfUrn(urns[0] ?? "") ?? "";
      for (const { message } of judgeWaivers(waivers, severities, urns, name, context.now)) context.report(message);
    },
  });
  const inForce = stackRule({
    name: "pulumi-waiver-in-force",
    title: "Waivers are seen",
    description: "Every waiver in force is printed in every report.",
    severity: "low",
    frameworks: [soc2("CC3.2")],
    remediation: "Nothing, as long as the reason holds.",
    link: "https://github.com/pulumi/pulumi-policy/issues/438",
    levels: everywhere("advisory"),
    types: ["*"],
    check(stack, context) {
      const name = stackOfUrn(stack.resources[0]?.urn ?? "") ?? "";
      for (const { rule, urn, reason, owner, expires } of waiversInForce(waivers, name, context.now)) {
        context.report(`${rule} is waived for ${urn} until ${expires} by ${owner}: ${reason}`);
      }
    },
  });
  return [valid, inForce];
}

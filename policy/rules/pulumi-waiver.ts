import { stackOfUrn, wildcard } from "../config.ts";
import { soc2 } from "../frameworks.ts";
import { everywhere, type Rule, type StackRule, stackRule } from "../rule.ts";
import { judgeWaivers, type Waiver, WaiverUse, waiversInForce } from "../waivers.ts";

/**
 * The rules on waivers: one refuses those that no longer hold, one tells of those that excuse nothing any more, one prints
 * those in force. They are judged after all others; `use` is what the others noted.
 */
export function waiverRules(
  waivers: readonly Waiver[],
  rules: readonly Rule[],
  use = new WaiverUse(),
): [valid: StackRule, needed: StackRule, inForce: StackRule] {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
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
      for (const { message } of judgeWaivers(waivers, byName, urns, name, context.now)) context.report(message);
    },
  });
  const needed = stackRule({
    name: "pulumi-waiver-needed",
    title: "Waivers excuse something",
    description: "A waiver in force excuses a finding: one whose rule passes would hide the next violation.",
    severity: "low",
    frameworks: [soc2("CC3.2")],
    remediation: "Delete the waiver from policy/waivers.json.",
    link: "https://github.com/pulumi/pulumi-policy/issues/438",
    levels: everywhere("advisory"),
    types: ["*"],
    check(stack, context) {
      const urns = stack.resources.map(({ urn }) => urn);
      const name = stackOfUrn(urns[0] ?? "") ?? "";
      for (const waiver of waiversInForce(waivers, name, context.now)) {
        // What only a plan shows was not asked here, and a waiver that matches nothing is refused above.
        if (byName.get(waiver.rule)?.kind === "step" || use.has(waiver)) continue;
        if (!urns.some((urn) => wildcard(waiver.urn).test(urn))) continue;
        context.report(`the waiver of ${waiver.rule} for ${waiver.urn} is not needed: the rule passes without it`);
      }
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
  return [valid, needed, inForce];
}

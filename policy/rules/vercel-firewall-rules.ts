import { soc2 } from "../frameworks.ts";
import { isAddress } from "../network.ts";
import { at, flag, isEmpty, list, map, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";
import type { Subject } from "../subject.ts";
import { isBelow } from "../version.ts";

/** The first version of the provider that sends a negated condition as it was declared. */
const NEGATION = "5.5.0";
const MANAGED_ACTIONS = ["log", "challenge", "deny", "bypass"];

export const vercelFirewallRules = resourceRule({
  name: "vercel-firewall-rules",
  title: "Firewall rules do what they say",
  description:
    "Redirects have a target, addresses are addresses, managed rulesets have actions that exist, and no rule is empty.",
  severity: "medium",
  frameworks: [soc2("CC6.6")],
  remediation: "Fill in the property that the message names.",
  link: "https://vercel.com/docs/vercel-firewall/vercel-waf/custom-rules",
  levels: everywhere("mandatory"),
  types: ["vercel:index/firewallConfig:FirewallConfig"],
  check(firewall, context) {
    context.each(list(map(firewall.props.rules).rules), (item) => {
      const rule = map(item);
      const name = text(rule.name) ?? "?";
      if (at(rule, "action.action") === "redirect" && isEmpty(at(rule, "action.redirect.location"))) {
        context.report(`rule ${name} redirects to nowhere`);
      }
      const conditions = list(rule.conditionGroups)
        .flatMap((group) => list(at(group, "conditions")))
        .map(map);
      if (conditions.length === 0) context.report(`rule ${name} has no condition`);
      if (conditions.some(({ neg }) => flag(neg)) && isOld(firewall))
        context.report(`rule ${name} negates a condition, which providers before ${NEGATION} get wrong`);
      for (const condition of conditions) {
        if (condition.type !== "ip_address") continue;
        const wrong = [condition.value, ...list(condition.values)].find(
          (value) => typeof value === "string" && value !== "" && !isAddress(value),
        );
        if (wrong !== undefined) context.report(`rule ${name} compares with ${String(wrong)}, which is no address`);
      }
    });
    context.each(list(at(firewall.props, "ipRules.rules")), (item) => {
      const ip = text(map(item).ip) ?? "";
      if (!isAddress(ip)) context.report(`ipRules names ${ip === "" ? "no address" : ip}, which is no address`);
    });
    const { owasp, ...managed } = map(firewall.props.managedRulesets);
    for (const [name, ruleset] of [...Object.entries(managed), ...Object.entries(map(owasp))]) {
      const action = text(map(ruleset).action);
      if (action !== undefined && !MANAGED_ACTIONS.includes(action))
        context.report(`managed ruleset ${name} has the unknown action ${action}`);
    }
  },
});

const isOld = ({ provider }: Subject): boolean => {
  const version = text(provider?.props.version);
  return version !== undefined && isBelow(version, NEGATION);
};

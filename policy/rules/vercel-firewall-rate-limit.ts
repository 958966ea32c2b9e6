import { soc2 } from "../frameworks.ts";
import { list, map, number, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const vercelFirewallRateLimit = resourceRule({
  name: "vercel-firewall-rate-limit",
  title: "Rate limits limit",
  description:
    "A firewall rule with the action rate_limit says how many requests, in which window, counted by what: the provider accepts it without.",
  severity: "high",
  frameworks: [soc2("CC6.6")],
  remediation: "Set rateLimit with algo, keys, limit and window, all above nothing.",
  link: "https://vercel.com/docs/vercel-firewall/vercel-waf/rate-limiting",
  levels: everywhere("mandatory"),
  types: ["vercel:index/firewallConfig:FirewallConfig"],
  check(firewall, context) {
    context.each(list(map(firewall.props.rules).rules), (item) => {
      const rule = map(item);
      const action = map(rule.action);
      const name = text(rule.name) ?? "?";
      if (action.action !== "rate_limit") return;
      if (action.rateLimit === undefined || action.rateLimit === null) {
        context.report(`rule ${name} limits nothing: rateLimit is missing`);
        return;
      }
      const limit = map(action.rateLimit);
      for (const part of ["limit", "window"]) {
        if ((number(limit[part]) ?? 0) <= 0)
          context.report(`rule ${name} limits nothing: ${part} is ${String(limit[part] ?? "missing")}`);
      }
      if (list(limit.keys).length === 0) context.report(`rule ${name} counts by nothing: keys is empty`);
    });
  },
});

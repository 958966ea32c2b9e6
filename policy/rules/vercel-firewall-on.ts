import { pci, soc2 } from "../frameworks.ts";
import { sharedAdvice, stackRule } from "../rule.ts";

const PROJECT = "vercel:index/project:Project";
const FIREWALL = "vercel:index/firewallConfig:FirewallConfig";

export const vercelFirewallOn = stackRule({
  name: "vercel-firewall-on",
  title: "Every app stands behind the firewall",
  description: "Every production project has a firewall configuration, and it is enabled.",
  severity: "high",
  frameworks: [pci("6.4.2"), soc2("CC6.6")],
  remediation: "Declare a FirewallConfig with enabled: true for the project.",
  link: "https://vercel.com/docs/vercel-firewall",
  levels: sharedAdvice,
  types: [PROJECT],
  check(stack, context) {
    context.each(stack.ofType(PROJECT), (project) => {
      const firewalls = stack.referring(project, FIREWALL, "projectId");
      if (firewalls.length === 0) context.report("has no firewall configuration", project);
      else if (firewalls.every((firewall) => firewall.props.enabled === false))
        context.report("has its firewall switched off", project);
    });
  },
});

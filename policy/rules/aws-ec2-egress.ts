import { cis, pci } from "../frameworks.ts";
import { exceeds, isWorld, portsOf, portsText } from "../network.ts";
import { list, map } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";

export const awsEc2Egress = resourceRule({
  name: "aws-ec2-egress",
  title: "What breaks in cannot send out",
  description:
    "No security group lets its members reach the whole internet on any port: what an intruder took would leave that way.",
  severity: "low",
  frameworks: [cis("5.4"), pci("1.3.2")],
  remediation: "Name the ports (443 for APIs), and the groups or address ranges inside the network.",
  link: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  // AWS's own default is open, so a program is told of it and not stopped; config.json makes it stricter.
  levels: everywhere("advisory"),
  types: [GROUP, RULE, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"],
  settings: { openPorts: setting.texts(["80", "443"], "Ports on which the internet may be reached") },
  check(resource, context) {
    if (resource.type === RULE && resource.props.type !== "egress") return;
    const rules = resource.type === GROUP ? list(resource.props.egress).map(map) : [resource.props];
    context.each(rules, (rule) => {
      const to = [rule.cidrIpv4, rule.cidrIpv6, ...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)].find(isWorld);
      if (to === undefined) return;
      const ports = portsOf(rule);
      if (exceeds(ports, context.settings.openPorts)) context.report(`can reach ${to} on ${portsText(ports)}`);
    });
  },
});

import { cis, pci } from "../frameworks.ts";
import { exceeds, isWorld, portsOf, portsText } from "../network.ts";
import { list, map } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";

export const awsEc2Ingress = resourceRule({
  name: "aws-ec2-ingress",
  title: "Only web ports face the internet",
  description: "No security group lets the whole internet reach a port other than those of the web.",
  severity: "critical",
  frameworks: [cis("5.2"), pci("1.3.1")],
  remediation: "Name the security group or the address range that may connect.",
  link: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
  levels: everywhere("mandatory"),
  types: [
    GROUP,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
  ],
  settings: { openPorts: setting.texts(["80", "443"], "Ports that may face the internet") },
  check(resource, context) {
    if (resource.type === "aws:ec2/securityGroupRule:SecurityGroupRule" && resource.props.type !== "ingress") return;
    const rules = resource.type === GROUP ? list(resource.props.ingress).map(map) : [resource.props];
    context.each(rules, (rule) => {
      const from = [rule.cidrIpv4, rule.cidrIpv6, ...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)].find(isWorld);
      if (from === undefined) return;
      const ports = portsOf(rule);
      if (exceeds(ports, context.settings.openPorts)) context.report(`${portsText(ports)} can be reached from ${from}`);
    });
  },
});

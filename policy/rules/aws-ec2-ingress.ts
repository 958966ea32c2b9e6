import { cis, pci } from "../frameworks.ts";
import { isWorld } from "../network.ts";
import { list, map, number, type Properties, text } from "../properties.ts";
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
      if (ports === "all" || ports.some((port) => !context.settings.openPorts.includes(String(port)))) {
        context.report(`${ports === "all" ? "all ports" : `port ${ports.join(" to ")}`} can be reached from ${from}`);
      }
    });
  },
});

function portsOf(rule: Properties): "all" | number[] {
  const protocol = text(rule.ipProtocol) ?? text(rule.protocol);
  if (protocol === "-1" || protocol === "all") return "all";
  const from = number(rule.fromPort);
  const to = number(rule.toPort) ?? from;
  if (from === undefined || to === undefined || from === -1) return "all";
  return from === to ? [from] : [from, to];
}

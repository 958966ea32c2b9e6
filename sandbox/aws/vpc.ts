/** Rules of security groups, one a resource. */
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { given, type Rule, range } from "../rules.ts";
import type { Behaviour } from "../type.ts";
import { cidr } from "./cidr.ts";
import { arn, ec2Id, row } from "./common.ts";
import facts from "./vpc.json" with { type: "json" };

const kinds = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

const oneSource: Rule = (inputs, report) => {
  if (kinds.filter((kind) => given(inputs, kind)).length !== 1) {
    report("cidrIpv4", `one of ${kinds.join(", ")} must be given, and only one`);
  }
};

const ports: Rule = ({ ipProtocol, fromPort, toPort }, report) => {
  if (isUnknown(ipProtocol)) return;
  const all = ipProtocol === "-1";
  if (all && (fromPort !== undefined || toPort !== undefined))
    report("fromPort", "must not be given for all protocols");
  if (typeof fromPort === "number" && typeof toPort === "number" && fromPort > toPort && fromPort !== -1) {
    report("fromPort", `is above toPort (${toPort})`);
  }
};

/** Another address of the same kind is changed in place; another kind of source is another rule. */
function otherKind(old: PropertyMap, inputs: PropertyMap): string[] {
  return kinds.filter((kind) => given(old, kind) !== given(inputs, kind) && !isEmptyText(old[kind], inputs[kind]));
}

const isEmptyText = (...values: unknown[]): boolean => values.every((value) => value === undefined || value === "");

const rule = (): Behaviour =>
  row({
    rules: [
      oneSource,
      ports,
      cidr("cidrIpv4", 4),
      cidr("cidrIpv6", 6),
      range("fromPort", -1, 65_535),
      range("toPort", -1, 65_535),
    ],
    id: () => ec2Id("sgr"),
    outputs: (_, surroundings, id) => ({
      arn: arn(surroundings, "ec2", `security-group-rule/${id}`),
      securityGroupRuleId: id,
    }),
    replaces: otherKind,
  });

export const vpc: Service = {
  file: "sandbox/aws/vpc.json",
  facts,
  bridges: {
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "framework",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "framework",
  },
  behaviours: {
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(),
  },
};

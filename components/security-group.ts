import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import type { Tags } from "./tags.ts";

/** One side of an allowed connection: TCP on one port, with the reason. */
export interface SecurityGroupRule {
  /** Identity of the rule within the group, for example `redis`. */
  readonly key: string;
  readonly port: number;
  readonly description: string;
  /** A group of peers, or a range of addresses. */
  readonly peer: { readonly securityGroupId: pulumi.Input<string> } | { readonly cidr: string };
}

export interface SecurityGroupArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly description: string;
  /** Who may come in. @default nobody */
  readonly ingress?: readonly SecurityGroupRule[];
  /** Where members may go. @default nowhere */
  readonly egress?: readonly SecurityGroupRule[];
  /** `public`: the ingress may name the whole world, on port 443 and 80 only. @default "private" */
  readonly exposure?: "private" | "public";
  readonly tags: Tags;
  /** @default the provider's region */
  readonly region?: string;
}

/** A firewall around some network interfaces: what no rule allows does not happen. */
export class SecurityGroup extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: SecurityGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:network:SecurityGroup", name, {}, opts);
    const { egress = [], ingress = [], region, tags } = args;
    const group = new ec2.SecurityGroup(
      name,
      { name, description: args.description, vpcId: args.vpcId, tags: { ...tags, Name: name }, region },
      { parent: this },
    );
    this.groupId = group.id;
    const child = { parent: this };
    for (const rule of ingress) {
      new vpc.SecurityGroupIngressRule(
        `${name}-from-${rule.key}`,
        { ...termsOf(rule), securityGroupId: group.id, tags, region },
        child,
      );
    }
    for (const rule of egress) {
      new vpc.SecurityGroupEgressRule(
        `${name}-to-${rule.key}`,
        { ...termsOf(rule), securityGroupId: group.id, tags, region },
        child,
      );
    }
    this.registerOutputs({ groupId: this.groupId });
  }
}

function termsOf({ description, peer, port }: SecurityGroupRule) {
  const peers = "cidr" in peer ? { cidrIpv4: peer.cidr } : { referencedSecurityGroupId: peer.securityGroupId };
  return { ipProtocol: "tcp", fromPort: port, toPort: port, description, ...peers };
}

function validate(name: string, { egress = [], exposure = "private", ingress = [] }: SecurityGroupArgs): void {
  for (const { key, peer, port } of ingress) {
    const everybody = "cidr" in peer && peer.cidr.endsWith("/0");
    demand(
      !everybody || (exposure === "public" && (port === 443 || port === 80)),
      `${name}.ingress.${key}`,
      `port ${port} would be open to the whole world`,
      "Name a security group or a range of addresses.",
    );
  }
  for (const { key, port } of [...ingress, ...egress]) {
    demand(
      Number.isInteger(port) && port >= 1 && port <= 65_535,
      `${name}.${key}`,
      `${port} is no port`,
      "Use 1 to 65535.",
    );
  }
  for (const rules of [ingress, egress]) {
    const keys = rules.map((rule) => rule.key);
    demand(new Set(keys).size === keys.length, name, "two rules share a key", "Give each rule a key of its own.");
  }
}

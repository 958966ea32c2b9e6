import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "./tags.ts";

export interface NetworkZoneArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly availabilityZone: string;
  readonly publicCidr: string;
  readonly privateCidr: string;
  /** The route table of all public subnets. */
  readonly publicRouteTableId: pulumi.Input<string>;
  /** How the private subnet reaches the world: by a gateway of its own, by another zone's, or not at all. */
  readonly egress: "own-gateway" | { readonly natGatewayId: pulumi.Input<string> } | "none";
  readonly tags: Tags;
  readonly region?: string;
}

/** The subnets of one availability zone: a public one for load balancers, a private one for everything else. */
export class NetworkZone extends pulumi.ComponentResource {
  readonly publicSubnetId: pulumi.Output<string>;
  readonly privateSubnetId: pulumi.Output<string>;
  readonly privateRouteTableId: pulumi.Output<string>;
  /** Undefined where the zone has no gateway of its own. */
  readonly natGatewayId: pulumi.Output<string> | undefined;

  constructor(name: string, args: NetworkZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:network:NetworkZone", name, {}, opts);
    const { availabilityZone, egress, region, vpcId } = args;
    const child = { parent: this };
    const named = (Name: string) => ({ ...args.tags, Name });
    const subnet = (kind: "public" | "private", cidrBlock: string) =>
      new ec2.Subnet(
        `${name}-${kind}`,
        // Nothing gets a public address by standing somewhere: load balancers and gateways bring their own.
        { vpcId, availabilityZone, cidrBlock, mapPublicIpOnLaunch: false, tags: named(`${name}-${kind}`), region },
        child,
      );
    const open = subnet("public", args.publicCidr);
    const closed = subnet("private", args.privateCidr);
    new ec2.RouteTableAssociation(
      `${name}-public-routes`,
      { subnetId: open.id, routeTableId: args.publicRouteTableId, region },
      child,
    );
    const routes = new ec2.RouteTable(`${name}-routes`, { vpcId, tags: named(name), region }, child);
    new ec2.RouteTableAssociation(
      `${name}-private-routes`,
      { subnetId: closed.id, routeTableId: routes.id, region },
      child,
    );
    if (egress === "own-gateway") {
      const address = new ec2.Eip(`${name}-address`, { domain: "vpc", tags: named(`${name}-nat`), region }, child);
      this.natGatewayId = new ec2.NatGateway(
        `${name}-nat`,
        { subnetId: open.id, allocationId: address.id, tags: named(`${name}-nat`), region },
        child,
      ).id;
    }
    const natGatewayId = typeof egress === "object" ? egress.natGatewayId : this.natGatewayId;
    if (natGatewayId !== undefined) {
      new ec2.Route(
        `${name}-egress`,
        { routeTableId: routes.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId, region },
        child,
      );
    }
    this.publicSubnetId = open.id;
    this.privateSubnetId = closed.id;
    this.privateRouteTableId = routes.id;
    this.registerOutputs({ publicSubnetId: this.publicSubnetId, privateSubnetId: this.privateSubnetId });
  }
}

import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "./security-group.ts";
import type { Tags } from "./tags.ts";

export interface NetworkEndpointsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly cidrBlock: string;
  readonly routeTableIds: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Services with an interface of their own, for example `secretsmanager`; may be empty. */
  readonly services: readonly string[];
  readonly tags: Tags;
  readonly region: string;
}

/** Doors to AWS services inside a network: S3 by route and for free, others by an interface in each subnet. */
export class NetworkEndpoints extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:network:NetworkEndpoints", name, {}, opts);
    const { cidrBlock, region, services, subnetIds, tags, vpcId } = args;
    const child = { parent: this };
    new ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...args.routeTableIds],
        tags: { ...tags, Name: `${name}-s3` },
        region,
      },
      child,
    );
    if (services.length > 0) {
      const members = { key: "network", port: 443, description: "Members of the network", peer: { cidr: cidrBlock } };
      const { groupId } = new SecurityGroup(
        name,
        { vpcId, description: "AWS services inside the network", ingress: [members], tags, region },
        child,
      );
      for (const service of services) {
        new ec2.VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId,
            serviceName: `com.amazonaws.${region}.${service}`,
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: [...subnetIds],
            securityGroupIds: [groupId],
            tags: { ...tags, Name: `${name}-${service}` },
            region,
          },
          child,
        );
      }
    }
    this.registerOutputs();
  }
}

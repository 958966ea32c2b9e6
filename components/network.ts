import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { FlowLog } from "./flow-log.ts";
import { demand } from "./invalid-argument.ts";
import { NetworkEndpoints } from "./network-endpoints.ts";
import { NetworkZone } from "./network-zone.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface NetworkArgs {
  readonly accountId: string;
  readonly region: string;
  /** Two or more zones of the region, for example `us-east-1a`. */
  readonly availabilityZones: readonly string[];
  /** The network's addresses: a private /16, for example `10.20.0.0/16`. */
  readonly cidrBlock: string;
  /** One gateway is cheap and falls with its zone; one a zone survives it; none leaves the endpoints alone. */
  readonly natGateways: "none" | "one" | "one-per-zone";
  readonly ownership: Ownership;
  /** Encrypts the log: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
  /**
   * AWS services that are reached without a gateway, for example `secretsmanager`. An endpoint costs about 7 dollars
   * a month and zone, and saves 4.5 cents a gigabyte. @default none; S3 has its endpoint always, since it is free
   */
  readonly interfaceEndpoints?: readonly string[];
  /** Days that refused connections stay on record. @default 30 */
  readonly flowLogRetentionDays?: number;
}

/** A private network over several zones, with a record of what it refused. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Known at preview. */
  readonly cidrBlock: string;
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:network:Network", name, {}, opts);
    const { cidrBlock, region } = args;
    const child = { parent: this };
    const tags = tagsFor("Network", args.ownership);
    const named = { ...tags, Name: name };
    const vpc = new ec2.Vpc(
      name,
      { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true, tags: named, region },
      child,
    );
    const gateway = new ec2.InternetGateway(`${name}-gateway`, { vpcId: vpc.id, tags: named, region }, child);
    const publicRoutes = new ec2.RouteTable(`${name}-public-routes`, { vpcId: vpc.id, tags: named, region }, child);
    new ec2.Route(
      `${name}-internet`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id, region },
      child,
    );
    const zones: NetworkZone[] = [];
    for (const [index, availabilityZone] of args.availabilityZones.entries()) {
      const zone = new NetworkZone(
        `${name}-${availabilityZone}`,
        {
          vpcId: vpc.id,
          availabilityZone,
          // Room for eight zones each: private addresses in the lower half, public ones in the upper.
          privateCidr: subnetOf(cidrBlock, index),
          publicCidr: subnetOf(cidrBlock, index + 8),
          publicRouteTableId: publicRoutes.id,
          egress: egressOf(args.natGateways, zones[0]?.natGatewayId),
          tags,
          region,
        },
        // A gateway without a way to the internet fails its creation.
        { parent: this, dependsOn: gateway },
      );
      zones.push(zone);
    }
    this.vpcId = vpc.id;
    this.cidrBlock = cidrBlock;
    this.publicSubnetIds = zones.map((zone) => zone.publicSubnetId);
    this.privateSubnetIds = zones.map((zone) => zone.privateSubnetId);
    new NetworkEndpoints(
      `${name}-endpoints`,
      {
        vpcId: this.vpcId,
        cidrBlock,
        routeTableIds: zones.map((zone) => zone.privateRouteTableId),
        subnetIds: this.privateSubnetIds,
        services: args.interfaceEndpoints ?? [],
        tags,
        region,
      },
      child,
    );
    new FlowLog(
      `${name}-flow-log`,
      {
        accountId: args.accountId,
        vpcId: this.vpcId,
        retentionDays: args.flowLogRetentionDays ?? 30,
        logKeyArn: args.logKeyArn,
        tags,
        region,
      },
      child,
    );
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
    });
  }
}

function validate(name: string, { availabilityZones, cidrBlock, region }: NetworkArgs): void {
  const octets = cidrBlock.split(/[./]/).map(Number);
  demand(
    /^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/.test(cidrBlock) &&
      octets.every((octet) => octet <= 255),
    `${name}.cidrBlock`,
    `"${cidrBlock}" is no private network of 65536 addresses`,
    "Write it like 10.20.0.0/16.",
  );
  demand(
    availabilityZones.length >= 2 &&
      availabilityZones.length <= 8 &&
      new Set(availabilityZones).size === availabilityZones.length,
    `${name}.availabilityZones`,
    "load balancers and databases need two different zones at least",
    "Name 2 to 8 zones, each once.",
  );
  for (const zone of availabilityZones) {
    demand(
      zone.startsWith(region) && zone.length === region.length + 1,
      `${name}.availabilityZones`,
      `${zone} is not in ${region}`,
      `Write it like ${region}a.`,
    );
  }
}

/** The nth of the sixteen /20 networks in a /16. */
function subnetOf(cidrBlock: string, index: number): string {
  const [first, second] = cidrBlock.split(".");
  return `${first}.${second}.${index * 16}.0/20`;
}

function egressOf(natGateways: NetworkArgs["natGateways"], first: pulumi.Output<string> | undefined) {
  if (natGateways === "none") return "none";
  if (natGateways === "one" && first !== undefined) return { natGatewayId: first };
  return "own-gateway";
}

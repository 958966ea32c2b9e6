/** EC2: networks. */
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, exactlyOne, given, length, matches, oneOf, type Rule, refuses } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import { cidr } from "./cidr.ts";
import { arn, ec2Id, named, once, row, shortRegion, text } from "./common.ts";
import facts from "./ec2.json" with { type: "json" };
import { partitionOf } from "./regions.ts";

const ec2Arn = (surroundings: Surroundings, kind: string, id: string): string =>
  arn(surroundings, "ec2", `${kind}/${id}`);

/** What every network resource has: an ARN and an owner. */
const owned = (kind: string, surroundings: Surroundings, id: string): PropertyMap => ({
  arn: ec2Arn(surroundings, kind, id),
  ownerId: surroundings.account,
});

const zoneOfRegion: Rule = ({ availabilityZone, region }, report) => {
  if (typeof availabilityZone !== "string" || isUnknown(availabilityZone)) return;
  if (!/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(availabilityZone)) report("availabilityZone", "is no availability zone");
  else if (typeof region === "string" && !isUnknown(region) && !availabilityZone.startsWith(region)) {
    report("availabilityZone", `is not in the region ${region}`);
  }
};

/** Addresses for documentation: nobody takes them for real. */
const publicIp = (): string => `198.51.100.${Math.floor(Math.random() * 254) + 1}`;

function eipOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const address = String(surroundings.old?.publicIp ?? publicIp());
  return {
    allocationId: id,
    arn: ec2Arn(surroundings, "elastic-ip", id),
    associationId: "",
    carrierIp: "",
    customerOwnedIp: "",
    domain: inputs.domain ?? "vpc",
    networkBorderGroup: inputs.networkBorderGroup ?? surroundings.region,
    privateDns: "",
    privateIp: "",
    ptrRecord: "",
    publicDns: `ec2-${address.replaceAll(".", "-")}.${surroundings.region === "us-east-1" ? "compute-1" : `${surroundings.region}.compute`}.amazonaws.com`,
    publicIp: address,
    publicIpv4Pool: inputs.publicIpv4Pool ?? "amazon",
  };
}

function vpcOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const table = once(surroundings, "mainRouteTableId", () => ec2Id("rtb"));
  return {
    ...owned("vpc", surroundings, id),
    defaultNetworkAclId: once(surroundings, "defaultNetworkAclId", () => ec2Id("acl")),
    defaultRouteTableId: table,
    defaultSecurityGroupId: once(surroundings, "defaultSecurityGroupId", () => ec2Id("sg")),
    dhcpOptionsId: once(surroundings, "dhcpOptionsId", () => ec2Id("dopt")),
    enableDnsHostnames: inputs.enableDnsHostnames ?? false,
    enableNetworkAddressUsageMetrics: inputs.enableNetworkAddressUsageMetrics ?? false,
    ipv6AssociationId: "",
    ipv6CidrBlock: inputs.ipv6CidrBlock ?? "",
    mainRouteTableId: table,
  };
}

const logFields = [
  "version",
  "account-id",
  "interface-id",
  "srcaddr",
  "dstaddr",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "log-status",
];
const defaultLogFormat = logFields.map((field) => `\${${field}}`).join(" ");

const flowSource: Rule = exactlyOne(
  "eniId",
  "regionalNatGatewayId",
  "subnetId",
  "transitGatewayAttachmentId",
  "transitGatewayId",
  "vpcId",
);

const flowLog: Behaviour = row({
  rules: [
    flowSource,
    oneOf("maxAggregationInterval", [60, 600]),
    matches("logDestination", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
    (inputs, report) => {
      const toSubnetOrVpc = ["eniId", "subnetId", "vpcId", "regionalNatGatewayId"].some((source) =>
        given(inputs, source),
      );
      if (toSubnetOrVpc && !given(inputs, "trafficType")) report("trafficType", "is required");
      if ((inputs.logDestinationType ?? "cloud-watch-logs") === "cloud-watch-logs" && !given(inputs, "iamRoleArn")) {
        report("iamRoleArn", "is required to deliver to CloudWatch Logs");
      }
    },
  ],
  id: () => ec2Id("fl"),
  outputs: (inputs, surroundings, id) => ({
    arn: ec2Arn(surroundings, "vpc-flow-log", id),
    logFormat: inputs.logFormat ?? defaultLogFormat,
  }),
  unset: { logDestinationType: "cloud-watch-logs" },
});

const routeTargets = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];
const routeDestinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];

const destination = (inputs: PropertyMap): string =>
  routeDestinations.map((name) => text(inputs, name)).find((found) => found !== "") ?? "";

const securityGroupName: Rule[] = [
  length("name", 1, 255),
  refuses("name", /^sg-/, "cannot begin with sg-"),
  conflict("name", "namePrefix"),
  length("description", 1, 255),
  matches(
    "description",
    /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/,
    "has characters that EC2 does not allow in a description",
  ),
];

const isGateway = (inputs: PropertyMap): boolean => (inputs.vpcEndpointType ?? "Gateway") === "Gateway";

function endpointOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const service = text(inputs, "serviceName").split(".").at(-1) ?? "";
  const host = `${id}.${service}.${surroundings.region}.vpce.${partitionOf(surroundings.region).dnsSuffix}`;
  return {
    ...owned("vpc-endpoint", surroundings, id),
    cidrBlocks: [],
    dnsEntries: isGateway(inputs) ? [] : [{ dnsName: host, hostedZoneId: "Z7HUB22UULQXV" }],
    ipAddressType: inputs.ipAddressType ?? (isGateway(inputs) ? "" : "ipv4"),
    networkInterfaceIds: isGateway(inputs)
      ? []
      : once(surroundings, "networkInterfaceIds", () =>
          Array.isArray(inputs.subnetIds) ? inputs.subnetIds.map(() => ec2Id("eni")) : [],
        ),
    policy:
      inputs.policy ??
      JSON.stringify({
        Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
        Version: "2008-10-17",
      }),
    prefixListId: isGateway(inputs) ? once(surroundings, "prefixListId", () => ec2Id("pl")) : "",
    privateDnsEnabled: inputs.privateDnsEnabled ?? false,
    requesterManaged: false,
    routeTableIds: inputs.routeTableIds ?? [],
    securityGroupIds: inputs.securityGroupIds ?? [],
    state: "available",
    subnetIds: inputs.subnetIds ?? [],
  };
}

export const ec2: Service = {
  file: "sandbox/aws/ec2.json",
  facts,
  behaviours: {
    "aws:ec2/vpc:Vpc": row({
      rules: [
        cidr("cidrBlock", 4, { min: 16, max: 28 }),
        (inputs, report) => {
          if (!given(inputs, "cidrBlock") && !given(inputs, "ipv4IpamPoolId")) {
            report("cidrBlock", "one of cidrBlock, ipv4IpamPoolId must be given");
          }
        },
        oneOf("instanceTenancy", ["default", "dedicated"]),
        conflict("ipv6CidrBlock", "assignGeneratedIpv6CidrBlock"),
      ],
      id: () => ec2Id("vpc"),
      outputs: vpcOutputs,
      unset: { instanceTenancy: "default" },
      replaces: (old, inputs) =>
        given(inputs, "instanceTenancy") &&
        old.instanceTenancy !== inputs.instanceTenancy &&
        inputs.instanceTenancy !== "default"
          ? ["instanceTenancy"]
          : [],
    }),
    "aws:ec2/subnet:Subnet": row({
      rules: [
        cidr("cidrBlock", 4, { min: 16, max: 28 }),
        zoneOfRegion,
        conflict("availabilityZone", "availabilityZoneId"),
        conflict("cidrBlock", "ipv4NetmaskLength"),
      ],
      id: () => ec2Id("subnet"),
      outputs: (inputs, surroundings, id) => ({
        ...owned("subnet", surroundings, id),
        availabilityZone:
          inputs.availabilityZone ?? once(surroundings, "availabilityZone", () => `${surroundings.region}a`),
        availabilityZoneId: inputs.availabilityZoneId ?? `${shortRegion(surroundings.region)}-az1`,
        ipv6CidrBlock: inputs.ipv6CidrBlock ?? "",
        ipv6CidrBlockAssociationId: "",
        privateDnsHostnameTypeOnLaunch: inputs.privateDnsHostnameTypeOnLaunch ?? "ip-name",
      }),
      replaces: (old, inputs) =>
        text(old, "ipv6CidrBlock") !== "" && text(old, "ipv6CidrBlock") !== text(inputs, "ipv6CidrBlock")
          ? ["ipv6CidrBlock"]
          : [],
    }),
    "aws:ec2/internetGateway:InternetGateway": row({
      id: () => ec2Id("igw"),
      outputs: (_, surroundings, id) => owned("internet-gateway", surroundings, id),
    }),
    "aws:ec2/eip:Eip": row({
      id: () => ec2Id("eipalloc"),
      outputs: eipOutputs,
      rules: [conflict("instance", "networkInterface")],
    }),
    "aws:ec2/natGateway:NatGateway": row({
      rules: [
        (inputs, report) => {
          const isPublic = (inputs.connectivityType ?? "public") === "public";
          if (isPublic && inputs.availabilityMode !== "regional" && !given(inputs, "allocationId")) {
            report("allocationId", "is required for a public gateway");
          }
          if (!isPublic && given(inputs, "allocationId"))
            report("allocationId", "is not supported for a private gateway");
        },
        conflict("secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"),
      ],
      id: () => ec2Id("nat"),
      outputs: (inputs, surroundings) => ({
        associationId: once(surroundings, "associationId", () => ec2Id("eipassoc")),
        autoProvisionZones: "",
        autoScalingIps: "",
        availabilityMode: inputs.availabilityMode ?? "zonal",
        networkInterfaceId: once(surroundings, "networkInterfaceId", () => ec2Id("eni")),
        privateIp: inputs.privateIp ?? once(surroundings, "privateIp", () => "10.0.0.10"),
        publicIp: once(surroundings, "publicIp", publicIp),
        regionalNatGatewayAddresses: [],
        regionalNatGatewayAutoMode: "",
        routeTableId: "",
      }),
      unset: { connectivityType: "public" },
      replaces: (old, inputs) =>
        inputs.connectivityType === "private" &&
        old.secondaryPrivateIpAddressCount !== inputs.secondaryPrivateIpAddressCount
          ? ["secondaryPrivateIpAddressCount"]
          : [],
    }),
    "aws:ec2/routeTable:RouteTable": row({
      rules: [cidr("routes[].cidrBlock", 4)],
      id: () => ec2Id("rtb"),
      outputs: (inputs, surroundings, id) => ({
        ...owned("route-table", surroundings, id),
        propagatingVgws: inputs.propagatingVgws ?? [],
        routes: inputs.routes ?? [],
      }),
    }),
    "aws:ec2/route:Route": row(
      {
        rules: [exactlyOne(...routeTargets), exactlyOne(...routeDestinations), cidr("destinationCidrBlock", 4)],
        unique: (inputs) => [`route ${text(inputs, "routeTableId")} ${destination(inputs)}`],
        taken: (inputs) => `RouteAlreadyExists: the route identified by ${destination(inputs)} already exists`,
        id: (inputs) =>
          `r-${text(inputs, "routeTableId")}${[...destination(inputs)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 32, 0)}`,
        outputs: (inputs) => ({
          instanceId: "",
          instanceOwnerId: "",
          origin: "CreateRoute",
          state: "active",
          networkInterfaceId: inputs.networkInterfaceId ?? "",
        }),
      },
      { tagged: false },
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": row(
      {
        rules: [exactlyOne("gatewayId", "subnetId")],
        unique: (inputs) => [`route table association ${text(inputs, "subnetId")}${text(inputs, "gatewayId")}`],
        taken: (inputs) =>
          `Resource.AlreadyAssociated: the subnet ${text(inputs, "subnetId")} has a route table already`,
        id: () => ec2Id("rtbassoc"),
      },
      { tagged: false },
    ),
    "aws:ec2/securityGroup:SecurityGroup": row({
      autoname: named("name", 255),
      rules: [
        ...securityGroupName,
        count("ingress", 0, 1000),
        cidr("ingress[].cidrBlocks[]", 4),
        cidr("egress[].cidrBlocks[]", 4),
      ],
      unique: (inputs, { account, region }) => [
        `security group ${account} ${region} ${text(inputs, "vpcId")} ${text(inputs, "name")}`,
      ],
      taken: (inputs) => `InvalidGroup.Duplicate: the security group '${text(inputs, "name")}' already exists`,
      id: () => ec2Id("sg"),
      outputs: (inputs, surroundings, id) => ({
        ...owned("security-group", surroundings, id),
        egress: inputs.egress ?? [],
        ingress: inputs.ingress ?? [],
        vpcId: inputs.vpcId ?? once(surroundings, "vpcId", () => ec2Id("vpc")),
      }),
    }),
    "aws:ec2/flowLog:FlowLog": flowLog,
    "aws:ec2/vpcEndpoint:VpcEndpoint": row({
      rules: [
        exactlyOne("serviceName", "resourceConfigurationArn", "serviceNetworkArn"),
        (inputs, report) => {
          if (isGateway(inputs) && (given(inputs, "subnetIds") || given(inputs, "securityGroupIds"))) {
            report("subnetIds", "is supported for endpoints of the type Interface only");
          }
        },
      ],
      id: () => ec2Id("vpce"),
      outputs: endpointOutputs,
      unset: { vpcEndpointType: "Gateway" },
      replaces: (old, inputs) =>
        text(inputs, "vpcEndpointType") !== "Interface" &&
        given(inputs, "privateDnsEnabled") &&
        old.privateDnsEnabled !== inputs.privateDnsEnabled
          ? ["privateDnsEnabled"]
          : [],
    }),
  },
};

/** EC2: networks, their gateways and security groups. */
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, given, length, matches, oneOf, type Rule, refuses } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { cidr } from "./cidr.ts";
import { ec2Arn, ec2Id, named, once, owned, row, shortRegion, text } from "./common.ts";
import facts from "./ec2.json" with { type: "json" };
import { endpointBehaviours } from "./ec2-endpoints.ts";
import { routeBehaviours } from "./ec2-routes.ts";

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
    ...routeBehaviours,
    ...endpointBehaviours,
  },
};

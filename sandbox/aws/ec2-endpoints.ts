/** EC2: endpoints of services in a network, and logs of its traffic. */
import type { PropertyMap } from "../../engine/values.ts";
import { exactlyOne, given, matches, oneOf, type Rule } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import { ec2Arn, ec2Id, once, owned, row, text } from "./common.ts";
import { partitionOf } from "./regions.ts";

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

export const endpointBehaviours: Readonly<Record<string, Behaviour>> = {
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
};

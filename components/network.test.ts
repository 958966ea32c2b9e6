import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Network, type NetworkArgs } from "./network.ts";

const args: NetworkArgs = {
  accountId: "111111111111",
  region: "us-east-1",
  availabilityZones: ["us-east-1a", "us-east-1b", "us-east-1c"],
  cidrBlock: "10.20.0.0/16",
  natGateways: "one",
  logKeyArn: "arn:aws:kms:us-east-1:111111111111:key/logs",
  ownership,
};

const declare = (change: Partial<NetworkArgs> = {}) =>
  record(() => {
    new Network("net", { ...args, ...change });
  });

test("gives every zone a private and a public subnet that do not overlap", async () => {
  const subnets = (await declare()).ofType("aws:ec2/subnet:Subnet");
  expect(subnets.map(({ inputs }) => [inputs.availabilityZone, inputs.cidrBlock])).toEqual([
    ["us-east-1a", "10.20.0.0/20"],
    ["us-east-1a", "10.20.128.0/20"],
    ["us-east-1b", "10.20.16.0/20"],
    ["us-east-1b", "10.20.144.0/20"],
    ["us-east-1c", "10.20.32.0/20"],
    ["us-east-1c", "10.20.160.0/20"],
  ]);
});

test("gives nothing a public address by where it stands", async () => {
  for (const { inputs } of (await declare()).ofType("aws:ec2/subnet:Subnet")) {
    expect(inputs.mapPublicIpOnLaunch).toBe(false);
  }
});

test.each([
  ["none", 0, 1],
  ["one", 1, 4],
  ["one-per-zone", 3, 4],
] as const)("with %s of the gateways it declares %i, and %i routes", async (natGateways, gateways, routes) => {
  const recording = await declare({ natGateways });
  expect(recording.ofType("aws:ec2/natGateway:NatGateway")).toHaveLength(gateways);
  expect(recording.ofType("aws:ec2/route:Route")).toHaveLength(routes);
});

test("reaches S3 without a gateway, and other services where asked", async () => {
  const plain = await declare();
  expect(plain.only("aws:ec2/vpcEndpoint:VpcEndpoint").inputs).toMatchObject({
    serviceName: "com.amazonaws.us-east-1.s3",
    vpcEndpointType: "Gateway",
  });
  const recording = await declare({ interfaceEndpoints: ["secretsmanager"] });
  const endpoint = recording.only("aws:ec2/vpcEndpoint:VpcEndpoint", "net-endpoints-secretsmanager");
  expect(endpoint.inputs).toMatchObject({ vpcEndpointType: "Interface", privateDnsEnabled: true });
  expect(recording.only("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs).toMatchObject({
    cidrIpv4: "10.20.0.0/16",
    fromPort: 443,
    toPort: 443,
  });
});

test("keeps a record of refused connections, and forgets it on time", async () => {
  const recording = await declare();
  expect(recording.only("aws:ec2/flowLog:FlowLog").inputs.trafficType).toBe("REJECT");
  expect(recording.only("aws:cloudwatch/logGroup:LogGroup").inputs).toMatchObject({
    retentionInDays: 30,
    kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/logs",
  });
});

test.each([
  [{ cidrBlock: "8.8.0.0/16" }, 'net.cidrBlock: "8.8.0.0/16" is no private network of 65536 addresses'],
  [{ cidrBlock: "10.20.0.0/24" }, 'net.cidrBlock: "10.20.0.0/24" is no private network of 65536 addresses'],
  [
    { availabilityZones: ["us-east-1a"] },
    "net.availabilityZones: load balancers and databases need two different zones at least",
  ],
  [{ availabilityZones: ["us-east-1a", "us-west-2a"] }, "net.availabilityZones: us-west-2a is not in us-east-1"],
  [{ flowLogRetentionDays: 31 }, "net-flow-log-lines.retentionDays: 31 days is no retention that CloudWatch offers"],
] satisfies [Partial<NetworkArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});

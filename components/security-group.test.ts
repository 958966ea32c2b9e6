import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { SecurityGroup, type SecurityGroupArgs } from "./security-group.ts";
import { tagsFor } from "./tags.ts";

const world = { cidr: "0.0.0.0/0" };
const rule = (port: number, peer: { cidr: string } = world) => ({ key: "rule", port, description: "a test", peer });
const declare = (change: Partial<SecurityGroupArgs>) =>
  record(() => {
    new SecurityGroup("group", { vpcId: "vpc-1", description: "a test", tags: tagsFor("Test", ownership), ...change });
  });

test("lets nobody in and nothing out unless a rule says so", async () => {
  const types = (await declare({})).resources.map(({ type }) => type);
  expect(types).toEqual(["aws:ec2/securityGroup:SecurityGroup", "thorbis:network:SecurityGroup"].toSorted());
});

test.each([22, 5432, 6379, 443])("refuses to open port %i of a private group to the world", async (port) => {
  await expect(declare({ ingress: [rule(port)] })).rejects.toMatchObject({
    message: `group.ingress.rule: port ${port} would be open to the whole world`,
    exitCode: 2,
  });
});

test("refuses to open any port but the web's, even of a public group", async () => {
  await expect(declare({ exposure: "public", ingress: [rule(22)] })).rejects.toThrow("open to the whole world");
  const recording = await declare({ exposure: "public", ingress: [rule(443)] });
  expect(recording.only("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs).toMatchObject({
    cidrIpv4: "0.0.0.0/0",
    fromPort: 443,
    toPort: 443,
    ipProtocol: "tcp",
  });
});

test("admits another group by its id", async () => {
  const peer = { securityGroupId: "sg-web" };
  const recording = await declare({ ingress: [{ key: "web", port: 6379, description: "Jobs", peer }] });
  expect(recording.only("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs).toMatchObject({
    referencedSecurityGroupId: "sg-web",
    fromPort: 6379,
  });
});

test("refuses two rules of one key, and ports that do not exist", async () => {
  const internal = { cidr: "10.0.0.0/8" };
  await expect(declare({ egress: [rule(1, internal), rule(2, internal)] })).rejects.toThrow("two rules share a key");
  await expect(declare({ egress: [rule(0, internal)] })).rejects.toThrow("group.rule: 0 is no port");
});

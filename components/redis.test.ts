import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Redis, type RedisArgs } from "./redis.ts";

const args: RedisArgs = {
  engineVersion: "7.1",
  nodeType: "cache.t4g.micro",
  nodeCount: 2,
  authToken: "a-token-of-twenty-characters",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupIds: ["sg-redis"],
  ownership,
  dataProtection: "protected",
};

const declare = (change: Partial<RedisArgs> = {}, name = "helpdesk-redis") =>
  record(() => {
    new Redis(name, { ...args, alarms: alarmSettings, ...change });
  });
const groupOf = async (change: Partial<RedisArgs> = {}) =>
  (await declare(change)).only("aws:elasticache/replicationGroup:ReplicationGroup");

test("speaks TLS only, asks for a token, encrypts at rest and survives the loss of a zone", async () => {
  expect((await groupOf()).inputs).toMatchObject({
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    authTokenUpdateStrategy: "ROTATE",
    atRestEncryptionEnabled: true,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    numCacheClusters: 2,
    snapshotRetentionLimit: 7,
    finalSnapshotIdentifier: "helpdesk-redis-final",
    applyImmediately: false,
  });
});

test("keeps the token secret although it was passed as plain text", async () => {
  const recording = await declare();
  const group = recording.only("aws:elasticache/replicationGroup:ReplicationGroup");
  expect(group.secrets).toEqual(["authToken"]);
  for (const { inputs, urn } of recording.resources) {
    if (urn !== group.urn) expect(JSON.stringify(inputs)).not.toContain(String(args.authToken));
  }
});

test("holds the data against deletion", async () => {
  expect(await groupOf()).toMatchObject({ protect: true, retainOnDelete: true });
});

test("a disposable one goes without a trace", async () => {
  const { inputs, protect } = await groupOf({ dataProtection: "disposable" });
  expect([protect, inputs.snapshotRetentionLimit, inputs.finalSnapshotIdentifier]).toEqual([false, 0, undefined]);
});

test("a single node promises no failover, which AWS would refuse", async () => {
  expect((await groupOf({ nodeCount: 1 })).inputs).toMatchObject({
    automaticFailoverEnabled: false,
    multiAzEnabled: false,
  });
});

test("refuses writes rather than losing jobs when memory is full", async () => {
  const parameters = (await declare()).only("aws:elasticache/parameterGroup:ParameterGroup");
  expect(parameters.inputs).toMatchObject({
    family: "redis7",
    parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
  });
});

test("tells somebody when memory runs out or keys are evicted", async () => {
  const alarms = (await declare()).ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  expect(alarms.map(({ inputs }) => [inputs.name, inputs.dimensions])).toEqual([
    ["thorbis-test/helpdesk-redis/high-redis-memory", { CacheClusterId: "helpdesk-redis-001" }],
    ["thorbis-test/helpdesk-redis/redis-evictions", { CacheClusterId: "helpdesk-redis-001" }],
  ]);
});

test("a cache that may evict raises no alarm when it does", async () => {
  const alarms = (await declare({ maxMemoryPolicy: "allkeys-lru" })).ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  expect(alarms).toHaveLength(1);
});

test.each([
  [{ engineVersion: "7.1.0" }, 'helpdesk-redis.engineVersion: "7.1.0" is no version that ElastiCache accepts'],
  [{ engineVersion: "6" }, 'helpdesk-redis.engineVersion: "6" is no version that ElastiCache accepts'],
  [{ nodeCount: 0 }, "helpdesk-redis.nodeCount: 0 nodes make no replication group"],
  [{ nodeCount: 1.5 }, "helpdesk-redis.nodeCount: 1.5 nodes make no replication group"],
  [{ nodeType: "t4g.micro" }, 'helpdesk-redis.nodeType: "t4g.micro" is no node type'],
  [{ snapshotRetentionDays: 36 }, "helpdesk-redis.snapshotRetentionDays: 36 is no retention"],
] satisfies [Partial<RedisArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});

test("refuses a name that ElastiCache would silently lower", async () => {
  await expect(declare({}, "HelpDesk")).rejects.toMatchObject({
    message: "HelpDesk: ElastiCache accepts no such id",
    exitCode: 2,
  });
});

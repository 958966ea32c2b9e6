/** What the real providers and APIs refuse, what they accept although it is wrong, and what forces a replacement. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Provider } from "../engine/provider.ts";
import { type PropertyMap, UNKNOWN } from "../engine/values.ts";
import { openSandbox, type Sandbox } from "./source.ts";

const seed = new Uint8Array(32).fill(1);
const identity = (type: string) => ({ urn: `urn:pulumi:dev::test::${type}::example`, type, name: "example" });
const samples: Record<string, PropertyMap> = Object.assign(
  {},
  ...["aws", "vercel", "random", "postgresql"].map((name) =>
    JSON.parse(readFileSync(join(__dirname, name, "samples.json"), "utf8")),
  ),
);

let directory: string;
let sandbox: Sandbox;
const providers = new Map<string, Provider>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-refusals-"));
  sandbox = await openSandbox({ directory });
  for (const name of ["aws", "vercel", "random", "postgresql"]) {
    const provider = await sandbox.source({ package: name, version: undefined, pluginDownloadURL: undefined });
    await provider.configure({});
    providers.set(name, provider);
  }
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

function providerOf(type: string): Provider {
  const provider = providers.get(type.slice(0, type.indexOf(":")));
  if (provider === undefined) throw new Error(`no provider for ${type}`);
  return provider;
}

/** The sample with a change; `null` takes a property away. */
function changed(type: string, change: PropertyMap): PropertyMap {
  const inputs: PropertyMap = { ...samples[type], ...change };
  for (const name of Object.keys(inputs)) if (inputs[name] === null) delete inputs[name];
  return inputs;
}

async function failures(type: string, change: PropertyMap): Promise<string[]> {
  const request = { ...identity(type), newInputs: changed(type, change), randomSeed: seed };
  return (await providerOf(type).check(request)).failures.map(({ property }) => property);
}

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const composite = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const group = "aws:elasticache/replicationGroup:ReplicationGroup";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const budget = "aws:budgets/budget:Budget";
const health = "aws:route53/healthCheck:HealthCheck";
const task = "aws:ecs/taskDefinition:TaskDefinition";
const cluster = "aws:rds/cluster:Cluster";
const key = "aws:kms/key:Key";
const bucket = "aws:s3/bucket:Bucket";
const variable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const project = "vercel:index/project:Project";
const firewall = "vercel:index/firewallConfig:FirewallConfig";
const drain = "vercel:index/logDrain:LogDrain";
const release = "vercel:index/projectRollingRelease:ProjectRollingRelease";
const route = "vercel:index/projectRoute:ProjectRoute";
const schedule = "aws:scheduler/schedule:Schedule";
const service = "aws:ecs/service:Service";

const rule = (change: PropertyMap): PropertyMap => ({
  name: "rate limit login",
  active: true,
  conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/api" }] }],
  action: { action: "deny" },
  ...change,
});
const firewallWith = (...rules: PropertyMap[]): PropertyMap => ({ rules: { rules } });
const condition = (change: PropertyMap): PropertyMap =>
  rule({ conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/", ...change }] }] });
const container = (value: unknown): string =>
  JSON.stringify([{ name: "web", image: "nginx", environment: [{ name: "PORT", value }] }]);

test.each<[string, string, PropertyMap, string]>([
  ["a KMS deletion window below 7 days", key, { deletionWindowInDays: 6 }, "deletionWindowInDays"],
  ["a KMS deletion window above 30 days", key, { deletionWindowInDays: 31 }, "deletionWindowInDays"],
  ["an auth token of 15 characters", group, { authToken: "123456789012345" }, "authToken"],
  ["an auth token of 129 characters", group, { authToken: "a".repeat(129) }, "authToken"],
  ["an auth token with an at sign", group, { authToken: "0123456789abcde@" }, "authToken"],
  ["an auth token with a slash", group, { authToken: "0123456789abcde/" }, "authToken"],
  ["multi-AZ without failover", group, { automaticFailoverEnabled: false }, "multiAzEnabled"],
  ["failover with one node", group, { numCacheClusters: 1 }, "numCacheClusters"],
  ["the Redis version 7.1.0", group, { engineVersion: "7.1.0" }, "engineVersion"],
  ["the Redis version 6", group, { engineVersion: "6" }, "engineVersion"],
  ["an update strategy without a token", group, { authToken: null }, "authTokenUpdateStrategy"],
  ["an alarm's period of 45 seconds", alarm, { period: 45 }, "period"],
  ["p99 as a statistic", alarm, { statistic: "p99" }, "statistic"],
  ["a statistic beside an extended one", alarm, { extendedStatistic: "p99" }, "statistic"],
  [
    "six actions on a composite alarm",
    composite,
    { alarmName: "a", alarmRule: "TRUE", alarmActions: [..."abcdef"] },
    "alarmActions",
  ],
  ["a log retention of 10 days", logGroup, { retentionInDays: 10 }, "retentionInDays"],
  ["a budget's start without a time", budget, { timePeriodStart: "2026-01-01" }, "timePeriodStart"],
  ["a health check from two regions", health, { regions: ["us-east-1", "eu-west-1"] }, "regions"],
  ["a health check every 20 seconds", health, { requestInterval: 20 }, "requestInterval"],
  [
    "a number as a variable of a container",
    task,
    { containerDefinitions: container(3000) },
    "containerDefinitions[0].environment[0].value",
  ],
  ["a task whose containers are no JSON", task, { containerDefinitions: "[" }, "containerDefinitions"],
  ["a master password beside a managed one", cluster, { masterPassword: "hidden-password" }, "masterPassword"],
  ["a bucket name with a space", bucket, { bucket: "a b" }, "bucket"],
  ["a bucket policy that is no JSON", "aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy: "{" }, "policy"],
  ["an unknown region", bucket, { region: "us-east-9" }, "region"],
  ["a variable for an unknown target", variable, { targets: ["staging"] }, "targets[0]"],
  ["a variable for no target", variable, { targets: null, sensitive: false }, "targets"],
  ["a variable without a value", variable, { value: "", sensitive: false }, "value"],
  ["a sensitive variable for development", variable, { targets: ["development"], sensitive: true }, "sensitive"],
  ["a project's name with capitals", project, { name: "Web" }, "name"],
  ["a project's name of 101 characters", project, { name: "a".repeat(101) }, "name"],
  ["Node 19", project, { name: "web", nodeVersion: "19.x" }, "nodeVersion"],
  [
    "a function timeout of 901 seconds",
    project,
    { name: "web", resourceConfig: { functionDefaultTimeout: 901 } },
    "resourceConfig.functionDefaultTimeout",
  ],
  ["a firewall rule's name of 3 characters", firewall, firewallWith(rule({ name: "abc" })), "rules.rules[0].name"],
  ["two firewall rules of one name", firewall, firewallWith(rule({}), rule({})), "rules.rules[1].name"],
  [
    "an unknown condition",
    firewall,
    firewallWith(condition({ type: "weather" })),
    "rules.rules[0].conditionGroups[0].conditions[0].type",
  ],
  [
    "an unknown operator",
    firewall,
    firewallWith(condition({ op: "like" })),
    "rules.rules[0].conditionGroups[0].conditions[0].op",
  ],
  [
    "botFilter with botProtection",
    firewall,
    { managedRulesets: { botFilter: { active: true }, botProtection: { active: true } } },
    "managedRulesets.botFilter",
  ],
  ["a drain's secret of 31 characters", drain, { secret: "a".repeat(31) }, "secret"],
  ["six headers of a drain", drain, { headers: { a: "1", b: "1", c: "1", d: "1", e: "1", f: "1" } }, "headers"],
  ["a drain for development", drain, { environments: ["development"] }, "environments[0]"],
  [
    "a release that does not end at 100",
    release,
    { stages: [{ targetPercentage: 10, duration: 1 }, { targetPercentage: 90 }] },
    "stages[1].targetPercentage",
  ],
  [
    "an automatic stage without duration",
    release,
    { stages: [{ targetPercentage: 10 }, { targetPercentage: 100 }] },
    "stages[0].duration",
  ],
  ["a manual stage with duration", release, { advancementType: "manual-approval" }, "stages[0].duration"],
  ["an edge config's name of 33 characters", "vercel:index/edgeConfig:EdgeConfig", { name: "a".repeat(33) }, "name"],
  ["a route without a position", route, { position: null }, "position"],
  ["a route after nothing", route, { position: { placement: "after" } }, "position.referenceRouteId"],
  ["a route that does nothing", route, { route: { src: "/" } }, "route"],
  ["a random password of length 0", "random:index/randomPassword:RandomPassword", { length: 0 }, "length"],
  ["a role's name that is reserved", "postgresql:index/role:Role", { name: "pg_mine" }, "name"],
])("refuses %s", async (_, type, change, property) => {
  expect(await failures(type, change)).toContain(property);
});

test.each<[string, string, PropertyMap]>([
  ["an upper-case bucket name", bucket, { bucket: "Data" }],
  [
    "a lifecycle rule without filter or action",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    { rules: [{ id: "all", status: "Enabled" }] },
  ],
  ["an auth token without TLS", group, { description: "cache", transitEncryptionEnabled: false }],
  ["nonsense in a composite rule", composite, { alarmName: "a", alarmRule: "when it rains" }],
  [
    "a schedule 'every hour' in an unknown time zone",
    schedule,
    {
      name: "a",
      scheduleExpression: "every hour",
      scheduleExpressionTimezone: "Mars/Olympus",
      flexibleTimeWindow: { mode: "FLEXIBLE" },
    },
  ],
  [
    "a launch type beside capacity providers",
    service,
    { launchType: "FARGATE", capacityProviderStrategies: [{ capacityProvider: "FARGATE" }] },
  ],
  [
    "a service that may lose nothing and gain nothing",
    service,
    { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 },
  ],
  ["a Fargate task without CPU or memory", task, { family: "web", requiresCompatibilities: ["FARGATE"] }],
  [
    "a budget's notification without a subscriber",
    budget,
    {
      timeUnit: "MONTHLY",
      notifications: [
        { comparisonOperator: "GREATER_THAN", notificationType: "ACTUAL", threshold: 80, thresholdType: "PERCENTAGE" },
      ],
    },
  ],
  ["more datapoints to alarm than periods", alarm, { datapointsToAlarm: 5 }],
  ["p99 as an extended statistic", alarm, { statistic: null, extendedStatistic: "p99" }],
  ["a rate limit without its numbers", firewall, firewallWith(rule({ action: { action: "rate_limit" } }))],
  ["a redirect without a target", firewall, firewallWith(rule({ action: { action: "redirect" } }))],
  [
    "an unknown action of a managed ruleset",
    firewall,
    { managedRulesets: { owasp: { xss: { active: true, action: "frown" } } } },
  ],
  [
    "an invalid IP address",
    firewall,
    { ipRules: { rules: [{ hostname: "a.example", ip: "999.1.1.1", action: "deny" }] } },
  ],
  [
    "a drain endpoint that is no URL",
    drain,
    { deliveryFormat: "json", sources: ["edge"], environments: ["production"], endpoint: "over there" },
  ],
  [
    "rollout stages that do not rise",
    release,
    {
      stages: [{ targetPercentage: 50, duration: 1 }, { targetPercentage: 10, duration: 1 }, { targetPercentage: 100 }],
    },
  ],
  ["a custom environment named production", "vercel:index/customEnvironment:CustomEnvironment", { name: "production" }],
])("accepts %s, which is a policy's to catch", async (_, type, change) => {
  expect(await failures(type, change)).toEqual([]);
});

const vercelToken = async (apiToken: string) => {
  const request = { ...identity("pulumi:providers:vercel"), newInputs: { apiToken }, randomSeed: seed };
  return (await providerOf("vercel:").checkConfig(request)).failures;
};

test("refuses a Vercel token of another form, and never tells it", async () => {
  const [failure] = await vercelToken("not-a-token-of-vercel");
  expect(failure?.property).toBe("apiToken");
  expect(failure?.reason).not.toContain("not-a-token");
  expect(await vercelToken("abcdefghijklmnopqrstuvwx")).toEqual([]);
});

test("an auth token is not told in the refusal", async () => {
  const request = {
    ...identity(group),
    newInputs: changed(group, { authToken: "sentinel@sentinel" }),
    randomSeed: seed,
  };
  const answer = await providerOf(group).check(request);
  expect(JSON.stringify(answer.failures)).not.toContain("sentinel");
});

test.each<[string, PropertyMap, PropertyMap, string[]]>([
  ["aws:secretsmanager/secretVersion:SecretVersion", { secretString: "a" }, { secretString: "b" }, ["secretString"]],
  ["aws:sns/topicSubscription:TopicSubscription", { endpoint: "a@b.c" }, { endpoint: "d@e.f" }, ["endpoint"]],
  ["aws:sns/topicSubscription:TopicSubscription", { protocol: "email" }, { protocol: "email-json" }, ["protocol"]],
  [group, { port: 6379 }, { port: 6380 }, ["port"]],
  [group, { atRestEncryptionEnabled: true }, { atRestEncryptionEnabled: false }, ["atRestEncryptionEnabled"]],
  [group, { subnetGroupName: "a" }, { subnetGroupName: "b" }, ["subnetGroupName"]],
  [group, { nodeType: "cache.t4g.small" }, { nodeType: "cache.t4g.medium" }, []],
  [group, { engineVersion: "7.1" }, { engineVersion: "7.0" }, ["engineVersion"]],
  [group, { engineVersion: "7.0" }, { engineVersion: "7.1" }, []],
  [group, { engine: "redis", engineVersion: "7.1" }, { engine: "valkey", engineVersion: "7.2" }, []],
  [service, { cluster: "a" }, { cluster: "b" }, ["cluster"]],
  [service, { launchType: "FARGATE" }, { launchType: "EC2" }, ["launchType"]],
  [service, { desiredCount: 1 }, { desiredCount: 2 }, []],
  [composite, { actionsEnabled: true }, { actionsEnabled: false }, ["actionsEnabled"]],
  [health, { requestInterval: 10 }, { requestInterval: 30 }, ["requestInterval"]],
  [health, { measureLatency: false }, { measureLatency: true }, ["measureLatency"]],
  [cluster, { databaseName: "a" }, { databaseName: "b" }, ["databaseName"]],
  [cluster, { storageEncrypted: false }, { storageEncrypted: true }, ["storageEncrypted"]],
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "10.0.0.0/16" },
    { cidrIpv4: "10.1.0.0/16" },
    [],
  ],
  ["aws:ssm/parameter:Parameter", { tier: "Advanced" }, { tier: "Standard" }, ["tier"]],
  ["random:index/randomPassword:RandomPassword", { length: 16 }, { length: 17 }, ["length"]],
  ["random:index/randomPassword:RandomPassword", { keepers: { a: "1" } }, { keepers: { a: "2" } }, ["keepers"]],
  [variable, { sensitive: false, key: "A" }, { sensitive: true, key: "A" }, ["sensitive"]],
  [project, { teamId: "team_a" }, { teamId: "team_b" }, ["teamId"]],
])("%s from %j to %j replaces because of %j", async (type, before, after, replaces) => {
  const provider = providerOf(type);
  const check = async (change: PropertyMap) =>
    (await provider.check({ ...identity(type), newInputs: { ...samples[type], ...change }, randomSeed: seed })).inputs;
  const oldInputs = await check(before);
  const { outputs } = { outputs: { ...oldInputs, engineVersionActual: "7.1.0" } };
  const request = { ...identity(type), id: "x", oldInputs, oldOutputs: outputs, newInputs: await check(after) };
  expect((await provider.diff({ ...request, ignoreChanges: [] })).replaces).toEqual(replaces);
});

test("a given name makes the replacement delete first, a generated one does not", async () => {
  const provider = providerOf(bucket);
  const check = async (given: PropertyMap, oldInputs?: PropertyMap) =>
    (
      await provider.check({
        ...identity(bucket),
        newInputs: given,
        randomSeed: seed,
        ...(oldInputs === undefined ? {} : { oldInputs }),
      })
    ).inputs;
  const diff = (oldInputs: PropertyMap, newInputs: PropertyMap) =>
    provider.diff({ ...identity(bucket), id: "x", oldInputs, oldOutputs: oldInputs, newInputs, ignoreChanges: [] });
  const [from, to] = [{ bucketNamespace: "global" }, { bucketNamespace: "account-regional" }];
  const fixed = await diff(await check({ bucket: "data", ...from }), await check({ bucket: "data", ...to }));
  expect(fixed).toMatchObject({ replaces: ["bucketNamespace"], deleteBeforeReplace: true });
  const generated = await check(from);
  expect((await diff(generated, await check(to, generated))).deleteBeforeReplace).toBe(false);
});

test("a value that is not known yet forces a replacement where a change would", async () => {
  const provider = providerOf(bucket);
  const oldInputs = { bucket: "data", __defaults: [] };
  const request = { ...identity(bucket), id: "data", oldInputs, oldOutputs: oldInputs, ignoreChanges: [] };
  const newInputs = { bucket: UNKNOWN, __defaults: [] };
  expect((await provider.diff({ ...request, newInputs })).replaces).toEqual(["bucket"]);
});

test("two policies that say the same are no difference", async () => {
  const type = "aws:s3/bucketPolicy:BucketPolicy";
  const oldInputs = { bucket: "data", policy: '{"Version":"2012-10-17","Statement":[]}', __defaults: [] };
  const newInputs = { bucket: "data", policy: '{ "Statement": [], "Version": "2012-10-17" }', __defaults: [] };
  const request = { ...identity(type), id: "data", oldInputs, oldOutputs: oldInputs, newInputs, ignoreChanges: [] };
  expect((await providerOf(type).diff(request)).changes).toBe("none");
});

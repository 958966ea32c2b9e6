import prices from "../prices.json" with { type: "json" };
import type { Properties } from "../properties.ts";
import { Stack } from "../stack.ts";
import { resource } from "../testing.ts";
import { guarded, UNKNOWN } from "../unknown.ts";
import { costDifference, estimate, type PriceTable } from "./estimate.ts";

const table = prices as PriceTable;
const REDIS = "aws:elasticache/replicationGroup:ReplicationGroup";

test("multiplies prices by what the resource says", () => {
  const redis = resource(REDIS, "redis", { nodeType: "cache.t4g.micro", numCacheClusters: 2 });
  expect(estimate(new Stack([redis]), table)).toMatchObject({
    perMonth: 23.36,
    components: { redis: 23.36 },
    unknown: [],
  });
});

test("takes a service's size from its task definition", () => {
  const task = resource("aws:ecs/taskDefinition:TaskDefinition", "task", { cpu: "512", memory: "1024" });
  const service = resource("aws:ecs/service:Service", "web", { desiredCount: 2 }, { refers: { taskDefinition: task } });
  // 2 × (0.5 × 0.04048 + 1 × 0.004445) × 730
  expect(estimate(new Stack([task, service]), table).perMonth).toBe(36.04);
});

test("adds cost up by the outermost component", () => {
  const app = { ...resource("shop:web:App", "app", {}), urn: "urn:app" };
  const part = { ...resource("shop:web:Part", "part", {}, { parent: "urn:app" }), urn: "urn:part" };
  const key = resource("aws:kms/key:Key", "key", {}, { parent: "urn:part" });
  const secret = resource("aws:secretsmanager/secret:Secret", "secret", {}, { parent: "urn:app" });
  expect(estimate(new Stack([app, part, key, secret]), table).components).toEqual({ app: 1.4 });
});

test("lists what it cannot price, and guesses nothing", () => {
  const found = estimate(
    new Stack([
      resource(REDIS, "huge", { nodeType: "cache.x9.huge" }),
      resource("aws:msk/cluster:Cluster", "kafka", {}),
      { ...resource(REDIS, "later", {}), props: guarded({ nodeType: UNKNOWN }) },
    ]),
    table,
  );
  expect(found.perMonth).toBe(0);
  expect(found.unknown.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    "huge: no price for nodeType cache.x9.huge",
    "kafka: no price for aws:msk/cluster:Cluster",
    "later: nodes: a property is not known yet",
  ]);
});

test("names what is billed by use beside the sum", () => {
  expect(estimate(new Stack([resource("aws:s3/bucket:Bucket", "pictures", {})]), table).byUse).toEqual({
    "aws:s3/bucket:Bucket": "storage and requests",
  });
});

test("says by how much a change changes the bill", () => {
  const of = (count: number) =>
    estimate(
      new Stack([
        resource(REDIS, "redis", { nodeType: "cache.t4g.micro", numCacheClusters: count }),
        resource("aws:kms/key:Key", "key", {}),
      ]),
      table,
    );
  expect(costDifference(of(1), of(2))).toEqual({ redis: 11.68 });
});

test("an alarm costs for every metric in it, and more when it looks every ten seconds", () => {
  const alarm = (name: string, props: Properties) => resource("aws:cloudwatch/metricAlarm:MetricAlarm", name, props);
  const cost = (props: Properties) => estimate(new Stack([alarm("alarm", props)]), table).perMonth;
  const queries = [
    { id: "rate", expression: "a / b" },
    { id: "a", metric: {} },
    { id: "b", metric: {} },
  ];
  expect([cost({ period: 60 }), cost({ period: 10 }), cost({ metricQueries: queries })]).toEqual([0.1, 0.3, 0.2]);
});

test("a health check costs more for TLS, a short interval and latency", () => {
  const cost = (props: Properties) =>
    estimate(new Stack([resource("aws:route53/healthCheck:HealthCheck", "check", props)]), table).perMonth;
  expect(cost({ type: "HTTPS", requestInterval: 30 })).toBe(2.75);
  expect(cost({ type: "HTTPS", requestInterval: 10, measureLatency: true })).toBe(6.75);
});

test("says of every price where and when it was checked, and dates the table by the oldest of them", () => {
  const priced = Object.values(table.types).filter(({ charges }) => charges.length > 0);
  const days = priced.map(({ checked }) => checked?.date ?? "never");
  expect(days.toSorted()[0]).toBe(table.date);
  for (const { checked } of priced) expect(checked?.source).toMatch(/^https:/);
});

test("a web ACL costs for every rule in it", () => {
  const cost = (rules: unknown[]) =>
    estimate(new Stack([resource("aws:wafv2/webAcl:WebAcl", "wall", { rules })]), table).perMonth;
  expect([cost([]), cost([{ priority: 1 }, { priority: 2 }])]).toEqual([5, 7]);
});

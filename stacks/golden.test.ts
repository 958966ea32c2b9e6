import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EditReport } from "../testing/platform/edits.ts";
import type { GoldenGraph } from "../testing/platform/golden.ts";
import { stackNames } from "../testing/stack-files.ts";

// The program runs in processes of their own, as Node runs it in a deployment: jest would run it as CommonJS.
const root = join(import.meta.dirname, "..");
const run = promisify(execFile);
const node = join(root, "node_modules", ".bin", "node");
const minutes = 60_000;

function goldenOf(stack: string): GoldenGraph {
  return JSON.parse(readFileSync(join(root, "stacks", "__golden__", `${stack}.json`), "utf8"));
}

let report: EditReport;

beforeAll(async () => {
  const { stdout } = await run(node, ["testing/platform/edits.ts"], { cwd: root, maxBuffer: 64e6 });
  report = JSON.parse(stdout);
}, 5 * minutes);

const stepsOf = (edit: string) => report.edits[edit]?.steps ?? [];

test(
  "every environment consists of exactly what its golden graph says (npm run golden writes it anew)",
  async () => {
    const { stdout } = await run(node, ["scripts/golden.ts", "--check"], { cwd: root }).catch((failure) => failure);
    expect(stdout).toBe("");
  },
  5 * minutes,
);

test.each(stackNames)("the golden graph of %s shows no secret", (stack) => {
  expect(JSON.stringify(goldenOf(stack))).not.toMatch(
    /placeholder|sk_test_|sk_live_|whsec_|sk-ant-|generated-for|"bcrypt/,
  );
});

test.each(stackNames)("in %s every resource of a provider has an explicit one", (stack) => {
  for (const [name, { provider }] of Object.entries(goldenOf(stack))) {
    if (!/^(?:thorbis|pulumi):/.test(name)) expect(`${name} ${provider}`).toMatch(/ pulumi:providers:\w+::\w+$/);
  }
});

test("production protects everything that holds data, and leaves copies of it where they are", () => {
  const holdsData =
    /^(?:aws:s3\/bucket:Bucket|aws:rds\/cluster:Cluster|aws:kms\/key:Key|postgresql:index\/database:Database|aws:route53\/zone:Zone|vercel:index\/project:Project)::/;
  const passing = /::(?:notifications-key)$/;
  const copies = /::backups-replica-/;
  const unprotected = Object.entries(goldenOf("production")).filter(
    ([name, { options = [] }]) =>
      holdsData.test(name) &&
      !passing.test(name) &&
      !options.includes(copies.test(name) ? "retainOnDelete" : "protect"),
  );
  expect(unprotected.map(([name]) => name)).toEqual([]);
});

test.each(["staging", "production"])(
  "the load balancer of %s keeps its access log where the archive admits it",
  (stack) => {
    const golden = goldenOf(stack);
    const policy = `aws:s3/bucketPolicy:BucketPolicy::thorbis-${stack}-audit-logs-store-policy`;
    const balancer = golden[`aws:lb/loadBalancer:LoadBalancer::helpdesk-${stack}`];
    expect(balancer?.inputs).toMatchObject({
      accessLogs: { bucket: `thorbis-${stack}-logs`, enabled: true, prefix: `access/helpdesk-${stack}` },
    });
    // AWS writes a test object at once, and refuses a bucket that does not take it.
    expect(balancer?.dependencies).toContain(policy);
    expect(golden[policy]?.inputs).toMatchObject({
      policy: expect.stringContaining(`thorbis-${stack}-logs/access/helpdesk-${stack}/AWSLogs/`),
    });
  },
);

test("an apply is followed by a preview without changes", () => {
  expect(report.edits["nothing at all"]).toEqual({ succeeded: true, errors: [], steps: [] });
});

test("a new app only creates, but for the log drain, the dashboard, whom metrics are taken from, and two jobs", () => {
  const steps = stepsOf("a new app");
  expect(steps.filter((step) => !step.startsWith("create "))).toEqual([
    "create-replacement LogDrain thorbis-production-drain",
    "create-replacement TaskDefinition operations-monthly-certificate-check",
    "create-replacement TaskDefinition operations-weekly-security-scan",
    "delete-replaced LogDrain thorbis-production-drain",
    "delete-replaced TaskDefinition operations-monthly-certificate-check",
    "delete-replaced TaskDefinition operations-weekly-security-scan",
    "replace LogDrain thorbis-production-drain",
    "replace TaskDefinition operations-monthly-certificate-check",
    "replace TaskDefinition operations-weekly-security-scan",
    "update Dashboard thorbis-production",
    "update Role thorbis-production-metrics-reporter",
    "update Schedule operations-monthly-certificate-check",
    "update Schedule operations-weekly-security-scan",
  ]);
  expect(steps).toEqual(
    expect.arrayContaining([
      "create Project ret-project",
      "create ProjectDomain ret-domain-ret.thorbis.com",
      "create ProjectEnvironmentVariable ret-STRIPE_SECRET_KEY",
      "create ProjectRoute ret-route-security-headers",
      "create ProjectRoute site-route-app-ret",
      "create FirewallConfig ret-firewall",
      "create HealthCheck ret-production-health",
      "create Record zone-ret-CNAME",
    ]),
  );
});

test("a new domain is two resources", () => {
  expect(stepsOf("a new domain")).toEqual([
    "create ProjectDomain hs-domain-homes.thorbis.com",
    "create Record zone-homes-CNAME",
  ]);
});

test("a new variable reaches the apps that need it", () => {
  expect(stepsOf("a new variable")).toEqual(
    ["auto", "hs", "rest"].map((app) => `create ProjectEnvironmentVariable ${app}-NEXT_PUBLIC_MAPS_API_KEY`),
  );
});

test("the pool size changes limits, alarms and what the processes are told, and replaces nothing that holds data", () => {
  expect(stepsOf("the pool size")).toEqual([
    ...["helpdesk-web", "helpdesk-worker"].map((task) => `create-replacement TaskDefinition ${task}`),
    ...["helpdesk-web", "helpdesk-worker"].map((task) => `delete-replaced TaskDefinition ${task}`),
    ...["helpdesk-web", "helpdesk-worker"].map((task) => `replace TaskDefinition ${task}`),
    ...["helpdesk", "thorbis"].map((product) => `update Database ${product}-database-database`),
    ...["helpdesk", "thorbis"].map(
      (product) => `update MetricAlarm thorbis-production-platform/${product}-database/high-connection-use`,
    ),
    ...["auto", "hs", "rest", "site"].map((app) => `update ProjectEnvironmentVariable ${app}-DATABASE_POOL_SIZE`),
    ...["helpdesk", "thorbis"].flatMap((product) => [
      `update Role ${product}-database-role-application`,
      `update Role ${product}-database-role-readonly`,
    ]),
    ...["helpdesk-web", "helpdesk-worker"].map((service) => `update Service ${service}-service`),
  ]);
});

test("the rate limit changes the firewalls alone", () => {
  expect(stepsOf("the rate limit")).toEqual(
    ["auto", "hs", "rest", "site"].map((app) => `update FirewallConfig ${app}-firewall`),
  );
});

test("another replica region makes copies there, and leaves the old ones where they are", () => {
  const { steps = [], succeeded } = report.edits["the replica region"] ?? {};
  expect(succeeded).toBe(true);
  const place = (region: string) => `backups-replica-${region}`;
  const made = steps.filter((step) => step.startsWith("create "));
  expect(made).toEqual(
    [
      ["Alias", "-key-alias"],
      ["Bucket", ""],
      ["BucketLifecycleConfiguration", "-lifecycle"],
      ["BucketObjectLockConfiguration", "-lock"],
      ["BucketOwnershipControls", "-ownership"],
      ["BucketPolicy", "-policy"],
      ["BucketPublicAccessBlock", "-public-access"],
      ["BucketServerSideEncryptionConfiguration", "-encryption"],
      ["BucketVersioning", "-versioning"],
      ["EncryptionKey", "-key"],
      ["Key", "-key"],
      ["PrivateBucket", ""],
    ].map(([type, suffix]) => `create ${type} ${place("eu-west-1")}${suffix}`),
  );
  // The copies and all that keeps them closed; an alias is a name, and a component is in no cloud.
  const left = made.map((step) => step.replace("eu-west-1", "us-west-2").replace("create", "leave"));
  const gone = ["Alias", "EncryptionKey", "PrivateBucket"];
  const isGone = (step: string) => gone.some((type) => step.includes(` ${type} `));
  expect(steps.filter((step) => /^(?:leave|delete) /.test(step))).toEqual(
    left.map((step) => (isGone(step) ? step.replace("leave", "delete") : step)).toSorted(),
  );
  const test = "operations-quarterly-recovery-test";
  expect(steps.filter((step) => !/^(?:create|leave|delete) /.test(step))).toEqual([
    `create-replacement TaskDefinition ${test}`,
    `delete-replaced TaskDefinition ${test}`,
    `replace TaskDefinition ${test}`,
    "update BucketReplicationConfig backups-replication",
    "update Role backups-replication-role",
    "update RolePolicy backups-access-recovery-policy",
    "update RolePolicy backups-access-restore-policy",
    "update RolePolicy backups-replication-role-policy",
    `update Schedule ${test}`,
  ]);
});

test("an alarm's threshold changes that alarm, for everything it watches", () => {
  expect(stepsOf("an alarm threshold")).toEqual([
    "update MetricAlarm thorbis-production-helpdesk/helpdesk-web/high-error-rate",
    ...["auto", "hs", "rest", "site"].map(
      (app) => `update MetricAlarm thorbis-production-thorbis/${app}/high-error-rate`,
    ),
  ]);
});

test("another Redis node type is changed in place", () => {
  expect(stepsOf("the Redis node type")).toEqual([
    "update ReplicationGroup helpdesk-production-queue",
    "update ReplicationGroup thorbis-production-cache",
  ]);
});

test("the backup retention changes the locks of both copies, the copies' expiry, and what pruning is told", () => {
  const pruning = "operations-daily-backup-pruning";
  expect(stepsOf("the backup retention")).toEqual([
    `create-replacement TaskDefinition ${pruning}`,
    `delete-replaced TaskDefinition ${pruning}`,
    `replace TaskDefinition ${pruning}`,
    "update BucketLifecycleConfiguration backups-replica-us-west-2-lifecycle",
    "update BucketObjectLockConfiguration backups-primary-lock",
    "update BucketObjectLockConfiguration backups-replica-us-west-2-lock",
    `update Schedule ${pruning}`,
  ]);
});

test("the budget is one resource", () => {
  expect(stepsOf("the budget")).toEqual(["update Budget thorbis-production"]);
});

test("no edit replaces anything that holds data", () => {
  const data = /^(?:replace|delete) (?:Bucket|Cluster|ClusterInstance|Database|ReplicationGroup|Key|Zone|Secret) /;
  for (const [edit, { steps, succeeded }] of Object.entries(report.edits)) {
    if (succeeded) expect([edit, steps.filter((step) => data.test(step))]).toEqual([edit, []]);
  }
});

test("an operator's secret reaches resources in an envelope only, and no output of the stack", () => {
  expect(report.leaks).toEqual([]);
  expect(report.sealed).toBeGreaterThan(20);
});

test("a fourth environment is previewed from its file alone, and nothing in it is called after another", () => {
  expect(report.fourth.length).toBeGreaterThan(800);
  expect(report.fourth).toContain("backups-primary thorbis-demo-backups");
  expect(report.fourth.filter((name) => name.includes("staging"))).toEqual([]);
});

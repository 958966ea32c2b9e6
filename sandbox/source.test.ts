import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckRequest, Provider } from "../engine/provider.ts";
import { type PropertyMap, UNKNOWN } from "../engine/values.ts";
import { openSandbox, type Sandbox, type SandboxOptions } from "./source.ts";

const seed = new Uint8Array(32).fill(7);
let directory: string;
let sandbox: Sandbox;

async function open(options: Partial<SandboxOptions> = {}): Promise<Provider> {
  sandbox = await openSandbox({ directory, ...options });
  return provider("aws");
}

async function provider(name: string): Promise<Provider> {
  const made = await sandbox.source({ package: name, version: undefined, pluginDownloadURL: undefined });
  await made.configure({});
  return made;
}

const identity = (type: string, name = "example") => ({ urn: `urn:pulumi:dev::test::${type}::${name}`, type, name });
const checkOf = (type: string, newInputs: PropertyMap, more: Partial<CheckRequest> = {}): CheckRequest => ({
  ...identity(type),
  newInputs,
  randomSeed: seed,
  ...more,
});

async function create(from: Provider, type: string, given: PropertyMap, { preview = false, name = "example" } = {}) {
  const { inputs, failures } = await from.check({ ...checkOf(type, given), ...identity(type, name) });
  expect(failures).toEqual([]);
  return { inputs, ...(await from.create({ ...identity(type, name), inputs, preview, timeout: 0 })) };
}

const bucket = "aws:s3/bucket:Bucket";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-"));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

test("a bucket without a name gets a generated one, and keeps it at the next check", async () => {
  const aws = await open();
  const first = await aws.check(checkOf(bucket, {}));
  expect(first.inputs.bucket).toMatch(/^example-[0-9a-f]{7}$/);
  const second = await aws.check(
    checkOf(bucket, {}, { oldInputs: first.inputs, randomSeed: new Uint8Array(32).fill(8) }),
  );
  expect(second.inputs.bucket).toBe(first.inputs.bucket);
});

test("what only the service can know is unknown in a preview, and nothing is written", async () => {
  const aws = await open();
  const { outputs, id } = await create(aws, bucket, { bucket: "data", tags: { a: "b" } }, { preview: true });
  expect(id).toBe("");
  expect(outputs).toMatchObject({ arn: UNKNOWN, bucket: "data", region: "us-east-1", tagsAll: { a: "b" } });
  expect(readdirSync(directory)).toEqual([]);
});

test("a created bucket is found again by another process's sandbox", async () => {
  const aws = await open();
  const { id, inputs, outputs } = await create(aws, bucket, { bucket: "data" });
  expect(outputs.arn).toBe("arn:aws:s3:::data");
  await sandbox.close();
  const again = await open();
  const read = await again.read({ ...identity(bucket), id, inputs, state: outputs });
  expect(read).toEqual({ id: "data", inputs, outputs });
});

test("refuses a bucket name that exists, and finds what an interrupted creation left behind", async () => {
  const aws = await open();
  const { inputs } = await create(aws, bucket, { bucket: "data" });
  await expect(create(aws, bucket, { bucket: "data" }, { name: "other" })).rejects.toThrow("BucketAlreadyExists");
  expect(await aws.find?.({ ...identity(bucket), inputs })).toBe("data");
  expect(await aws.find?.({ ...identity(bucket, "other"), inputs })).toBeUndefined();
});

test("an alarm silently overwrites another of the same name, as PutMetricAlarm does", async () => {
  const aws = await open();
  const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const inputs = {
    name: "errors",
    metricName: "Errors",
    namespace: "App",
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 1,
  };
  await create(aws, alarm, inputs);
  await create(aws, alarm, { ...inputs, threshold: 5 }, { name: "other" });
  expect(sandbox.world.list().map(({ outputs }) => outputs.threshold)).toEqual([5]);
});

test("refuses an unknown type and an unknown property with a hint where to add it", async () => {
  const aws = await open();
  const { failures } = await aws.check(checkOf("aws:s3/nothing:Nothing", {}));
  expect(failures[0]?.reason).toContain("sandbox/aws/s3.json");
  expect((await aws.check(checkOf(bucket, { buckett: "x" }))).failures).toEqual([
    {
      property: "buckett",
      reason: "unknown property 'buckett' (is 'bucket' meant?); if the provider has it, add it to sandbox/aws/s3.json",
    },
  ]);
});

test("tries again when the service throttles, and gives up after five attempts", async () => {
  const aws = await open({ faults: [{ kind: "throttle", operation: "create", times: 3 }] });
  await create(aws, bucket, { bucket: "data" });
  await sandbox.close();
  const hopeless = await open({ faults: [{ kind: "throttle", operation: "create", times: 5 }] });
  await expect(create(hopeless, bucket, { bucket: "more" })).rejects.toThrow("Rate exceeded");
  expect(sandbox.world.list()).toHaveLength(1);
});

test("a lost answer leaves the resource behind, to be found", async () => {
  const aws = await open({ faults: [{ kind: "lost", operation: "create" }] });
  const inputs = { bucket: "data", __defaults: [] };
  await expect(aws.create({ ...identity(bucket), inputs, preview: false, timeout: 0 })).rejects.toThrow("no answer");
  expect(await aws.find?.({ ...identity(bucket), inputs })).toBe("data");
});

test("what has no name of its own is found by its maker and its inputs, whatever their order", async () => {
  const aws = await open();
  const vpc = "aws:ec2/vpc:Vpc";
  const { id, inputs } = await create(aws, vpc, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
  const reordered = Object.fromEntries(Object.entries(inputs).reverse());
  expect(await aws.find?.({ ...identity(vpc), inputs: reordered })).toBe(id);
  expect(await aws.find?.({ ...identity(vpc), inputs: { ...inputs, cidrBlock: "10.1.0.0/16" } })).toBeUndefined();
});

test("a password is secret, and its text is nowhere in the world's files", async () => {
  await open();
  const random = await provider("random");
  const type = "random:index/randomPassword:RandomPassword";
  const { outputs } = await create(random, type, { length: 32, special: false });
  const password = (outputs.result as PropertyMap).value;
  expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
  const record = sandbox.world.list()[0];
  expect(record?.outputs.result).toBe(password);
  const { readFileSync } = jest.requireActual<typeof import("node:fs")>("node:fs");
  for (const file of ["world.log", "key"]) {
    expect(readFileSync(join(directory, file), "utf8")).not.toContain(password);
  }
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlugin } from "../../engine/host/plugin-process.ts";
import { PluginProvider } from "../../engine/host/plugin-provider.ts";
import type { PropertyMap } from "../../engine/values.ts";
import { isSecret, UNKNOWN } from "../../engine/values.ts";
import { openSandbox } from "../source.ts";

// Processes start slowly on a busy machine.
jest.setTimeout(120_000);

const seed = new Uint8Array(32).fill(9);
const identity = (type: string, name = "example") => ({ urn: `urn:pulumi:dev::test::${type}::${name}`, type, name });
const bucket = "aws:s3/bucket:Bucket";

let directory: string;
const running: PluginProvider[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-plugin-"));
});
afterEach(async () => {
  for (const plugin of running.splice(0)) await plugin.close();
  rmSync(directory, { recursive: true });
});

async function start(name: string, configuration: PropertyMap = {}, environment: Record<string, string> = {}) {
  const started = await startPlugin(name, join(__dirname, name), {
    engineAddress: "127.0.0.1:1",
    environment: { THORBIS_SANDBOX_DIR: directory, ...environment },
    output: () => undefined,
  });
  const plugin = new PluginProvider(name, started);
  running.push(plugin);
  await plugin.handshake("127.0.0.1:1");
  await plugin.configure(configuration);
  return plugin;
}

test("a bucket lives over gRPC as in the process, and both see one world", async () => {
  const aws = await start("aws", { region: "eu-west-1", defaultTags: '{"tags":{"team":"platform"}}' });
  const request = { ...identity(bucket), newInputs: { tags: { a: "b" } }, randomSeed: seed };
  const { inputs, failures } = await aws.check(request);
  expect(failures).toEqual([]);
  const preview = await aws.create({ ...identity(bucket), inputs, preview: true, timeout: 0 });
  expect(preview.outputs).toMatchObject({ arn: UNKNOWN, region: "eu-west-1", tagsAll: { a: "b", team: "platform" } });
  const { id, outputs } = await aws.create({ ...identity(bucket), inputs, preview: false, timeout: 0 });

  const sandbox = await openSandbox({ directory });
  const here = await sandbox.source({ package: "aws", version: undefined, pluginDownloadURL: undefined });
  await here.configure({ region: "eu-west-1" });
  expect(await here.read({ ...identity(bucket), id, inputs, state: outputs })).toEqual({ id, inputs, outputs });
  expect(await aws.read({ ...identity(bucket), id, inputs, state: outputs })).toEqual({ id, inputs, outputs });

  const change = { ...identity(bucket), id, oldInputs: inputs, oldOutputs: outputs, ignoreChanges: [] };
  const renamed = await aws.diff({ ...change, newInputs: { ...inputs, bucket: "other" } });
  expect(renamed.replaces).toEqual(["bucket"]);
  expect(renamed.detailedDiff).toEqual({ bucket: { kind: "update-replace", inputDiff: false } });
  const tagged = await aws.update({
    ...change,
    newInputs: { ...inputs, tags: { a: "c" } },
    preview: false,
    timeout: 0,
  });
  expect(tagged.tagsAll).toEqual({ a: "c" });

  await here.delete({ ...identity(bucket), id, oldInputs: inputs, oldOutputs: outputs, timeout: 0 });
  expect(await aws.read({ ...identity(bucket), id, inputs, state: outputs })).toBeUndefined();
  await sandbox.close();
});

test("every plugin starts, and refuses in the provider's and the API's words", async () => {
  const [aws] = await Promise.all([start("aws"), start("postgresql", { host: "127.0.0.1", port: "5432" })]);
  const { failures } = await aws.check({ ...identity(bucket), newInputs: { bucket: "a b" }, randomSeed: seed });
  expect(failures.map(({ property }) => property)).toEqual(["bucket"]);
  const part = "aws:s3/bucketVersioning:BucketVersioning";
  const inputs = { bucket: "missing", versioningConfiguration: { status: "Enabled" } };
  await expect(aws.create({ ...identity(part), inputs, preview: false, timeout: 0 })).rejects.toThrow("NoSuchBucket");
  const token = "aws:index/getCallerIdentity:getCallerIdentity";
  expect((await aws.invoke({ token, args: {} })).result.accountId).toBe("000000000000");
});

test("secret outputs are marked, and the plugin's world holds none of them in plain text", async () => {
  const random = await start("random");
  const type = "random:index/randomPassword:RandomPassword";
  const { inputs } = await random.check({ ...identity(type), newInputs: { length: 24 }, randomSeed: seed });
  const { outputs } = await random.create({ ...identity(type), inputs, preview: false, timeout: 0 });
  const result = outputs.result ?? null;
  expect(isSecret(result)).toBe(true);
  expect(readFileSync(join(directory, "world.log"), "utf8")).not.toContain(isSecret(result) ? result.value : "");
});

test("a crash after the effect leaves a resource that the next process finds", async () => {
  const plan = join(directory, "faults.json");
  writeFileSync(plan, JSON.stringify([{ kind: "crash", operation: "create" }]));
  const vercel = await start("vercel", { team: "acme" }, { THORBIS_SANDBOX_FAULTS: plan });
  const type = "vercel:index/project:Project";
  const { inputs } = await vercel.check({ ...identity(type), newInputs: { name: "web" }, randomSeed: seed });
  await expect(vercel.create({ ...identity(type), inputs, preview: false, timeout: 0 })).rejects.toThrow();
  const sandbox = await openSandbox({ directory });
  const again = await sandbox.source({ package: "vercel", version: undefined, pluginDownloadURL: undefined });
  await again.configure({ team: "acme" });
  expect(await again.find?.({ ...identity(type), inputs })).toMatch(/^prj_sandbox/);
  await sandbox.close();
});

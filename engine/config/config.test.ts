import { mkdtemp, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { newSealer, type Sealer } from "../secrets/passphrase.ts";
import { listStacks, readProject } from "./project.ts";
import { holdsSecureValues, readStackFile, resolveConfiguration } from "./stack-file.ts";

jest.setTimeout(60_000);

let directory: string;
let sealer: Sealer;
beforeAll(async () => {
  ({ sealer } = await newSealer("p"));
});
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "config-"));
  await write("Pulumi.yaml", "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\n");
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, text: string): Promise<void> => writeFile(path.join(directory, name), text);

async function resolved(text: string, opener: Sealer | undefined = sealer) {
  await write("Pulumi.dev.yaml", text);
  return resolveConfiguration(await readStackFile(await readProject(directory), "dev"), opener);
}

test("values reach the program as Pulumi hands them over: text as text, structures as JSON, bare keys with the project's name", async () => {
  const { config } = await resolved(
    'config:\n  plain: value\n  shop:flag: true\n  shop:count: 5\n  aws:region: "007"\n  shop:deep: { z: 0, a: [1, { c: 2, b: null }] }\n',
  );
  expect(config).toEqual({
    "shop:plain": { value: "value", secret: false },
    "shop:flag": { value: "true", secret: false },
    "shop:count": { value: "5", secret: false },
    "aws:region": { value: "007", secret: false },
    "shop:deep": { value: '{"a":[1,{"b":null,"c":2}],"z":0}', secret: false },
  });
});

test("a sealed value is opened and secret, also inside a structure", async () => {
  const text = `encryptionsalt: ${sealer.salt}\nconfig:\n  token:\n    secure: ${sealer.seal("t0p")}\n  keys: { open: a, hidden: { secure: "${sealer.seal("h")}" } }\n`;
  const { config, omitted } = await resolved(text);
  expect(config["shop:token"]).toEqual({ value: "t0p", secret: true });
  expect(config["shop:keys"]).toEqual({ value: '{"hidden":"h","open":"a"}', secret: true });
  expect(omitted).toEqual([]);
});

test("without a key, sealed values are left out and named, and never stand in for themselves", async () => {
  const text = `config:\n  token: { secure: "${sealer.seal("t0p")}" }\n  keys: { open: a, hidden: { secure: x } }\n`;
  await write("Pulumi.dev.yaml", text);
  const file = await readStackFile(await readProject(directory), "dev");
  expect(holdsSecureValues(file.values)).toBe(true);
  const { config, omitted } = resolveConfiguration(file, undefined);
  expect(config).toEqual({ "shop:keys": { value: '{"open":"a"}', secret: true } });
  expect(omitted).toEqual(["shop:token", "shop:keys.hidden"]);
});

test("a sealed value that the key does not open is named with its path, never with its text", async () => {
  const other = (await newSealer("q")).sealer.seal("t0p");
  await expect(resolved(`config:\n  keys: { hidden: { secure: "${other}" } }\n`)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^Pulumi\.dev\.yaml: shop:keys\.hidden: /),
    remedy: expect.stringContaining("--path 'shop:keys.hidden'"),
  });
});

test("adding a stack is adding a file; an unknown one is refused with those that there are", async () => {
  await write("Pulumi.dev.yaml", "config: {}\n");
  await write("Pulumi.eu-1.yaml", "");
  expect(await listStacks(directory)).toEqual(["dev", "eu-1"]);
  const project = await readProject(directory);
  expect((await readStackFile(project, "eu-1")).values).toEqual({});
  await expect(readStackFile(project, "prod")).rejects.toMatchObject({
    exitCode: 2,
    remedy: expect.stringContaining("dev, eu-1"),
  });
  await expect(readStackFile(project, "../dev")).rejects.toMatchObject({ exitCode: 2 });
});

test("the project's own configuration holds where a stack says nothing", async () => {
  await write(
    "Pulumi.yaml",
    "name: shop\nruntime: nodejs\nmain: app.ts\nconfig:\n  a: { default: 1 }\n  b: { value: two }\n  c: three\n",
  );
  const project = await readProject(directory);
  expect(project.main).toBe("app.ts");
  const { config } = await (async () => {
    await write("Pulumi.dev.yaml", "config:\n  shop:c: own\n");
    return resolveConfiguration(await readStackFile(project, "dev"), sealer);
  })();
  expect(
    Object.entries(config)
      .map(([key, { value }]) => `${key}=${value}`)
      .sort(),
  ).toEqual(["shop:a=1", "shop:b=two", "shop:c=own"]);
});

test.each([
  ["Pulumi.yaml", "runtime: nodejs\n", /name/],
  ["Pulumi.yaml", "name: shop\nruntime: python\n", /python/],
  ["Pulumi.yaml", "name: [shop\n", /Pulumi\.yaml:\d+:\d+/],
  ["Pulumi.dev.yaml", "confg: {}\n", /confg/],
  ["Pulumi.dev.yaml", "environment: [base]\n", /ESC/],
  ["Pulumi.dev.yaml", "config: [a]\n", /config/],
])("a mistake in %s is told with its place (%#)", async (name, text, message) => {
  await write("Pulumi.dev.yaml", "config: {}\n");
  await write(name, text);
  const reading = readProject(directory).then((project) => readStackFile(project, "dev"));
  await expect(reading).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
});

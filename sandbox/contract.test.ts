/** What every row of the table promises, shown with one valid resource of each type. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Provider } from "../engine/provider.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue, UNKNOWN } from "../engine/values.ts";
import { awsPackage } from "./aws/package.ts";
import { type PropertyFacts, parseType } from "./facts.ts";
import type { Package, Service } from "./package.ts";
import { postgresqlPackage } from "./postgresql/package.ts";
import { randomPackage } from "./random/package.ts";
import { openSandbox, type Sandbox } from "./source.ts";
import { vercelPackage } from "./vercel/package.ts";

type Samples = Record<string, PropertyMap>;

function readSamples(name: string): Samples {
  return JSON.parse(readFileSync(join(__dirname, name, "samples.json"), "utf8")) as Samples;
}

const packages: Package[] = [awsPackage, postgresqlPackage, randomPackage, vercelPackage];
const seed = new Uint8Array(32).fill(3);
const identity = (type: string, name = "example") => ({ urn: `urn:pulumi:dev::test::${type}::${name}`, type, name });

/** A value of the property's kind, for what a sample leaves out. */
function anyValue(facts: PropertyFacts): PropertyValue {
  const [first] = facts.oneOf ?? [];
  switch (facts.kind) {
    case "list":
    case "set":
      return facts.items === undefined ? [requiredOf(facts.properties)] : [first ?? anyValue(facts.items)];
    case "map":
      return {};
    case "object":
      return requiredOf(facts.properties);
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 60;
    default:
      return first ?? "example";
  }
}

function requiredOf(properties: ReadonlyMap<string, PropertyFacts> | undefined): PropertyMap {
  const given: PropertyMap = {};
  for (const [name, facts] of properties ?? []) if (facts.required) given[name] = anyValue(facts);
  return given;
}

let directory: string;
let sandbox: Sandbox;

async function provider(name: string): Promise<Provider> {
  const made = await sandbox.source({ package: name, version: undefined, pluginDownloadURL: undefined });
  await made.configure(name === "vercel" ? { team: "acme" } : {});
  return made;
}

/** What samples refer to exists: a project, a bucket, a database. */
async function prepare(name: string, made: Provider): Promise<Record<string, string>> {
  const create = async (type: string, given: PropertyMap) => {
    const { inputs, failures } = await made.check({
      ...identity(type, "prepared"),
      newInputs: given,
      randomSeed: seed,
    });
    expect(failures).toEqual([]);
    return (await made.create({ ...identity(type, "prepared"), inputs, preview: false, timeout: 0 })).id;
  };
  if (name === "vercel") return { project: await create("vercel:index/project:Project", { name: "prepared" }) };
  if (name === "aws") return { bucket: await create("aws:s3/bucket:Bucket", { bucket: "prepared" }) };
  return {};
}

function fill(value: PropertyValue, prepared: Record<string, string>): PropertyValue {
  if (typeof value === "string") return value.replace(/^\{(\w+)\}$/, (whole, name: string) => prepared[name] ?? whole);
  if (Array.isArray(value)) return value.map((element) => fill(element, prepared));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, fill(element, prepared)]));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-contract-"));
  sandbox = await openSandbox({ directory });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

describe.each(packages.map((definition) => [definition.name, definition] as const))("%s", (name, definition) => {
  const samples = readSamples(name);
  const services: Service[] = [];
  let made: Provider;
  let prepared: Record<string, string>;

  beforeAll(async () => {
    for (const load of Object.values(definition.services)) services.push(await load());
    made = await provider(name);
    prepared = await prepare(name, made);
  });

  async function eachType(
    visit: (token: string, given: PropertyMap, facts: ReturnType<typeof parseType>) => Promise<void>,
  ) {
    for (const { facts } of services) {
      for (const [token, written] of Object.entries(facts.types)) {
        const type = parseType(token, written, facts.enums);
        const given = { ...requiredOf(type.inputs), ...(fill(samples[token] ?? {}, prepared) as PropertyMap) };
        for (const property of Object.keys(given)) if (given[property] === null) delete given[property];
        try {
          await visit(token, given, type);
        } catch (error) {
          throw new Error(`${token}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }

  test("every type stands where the package looks for it, with a behaviour", async () => {
    for (const [service, load] of Object.entries(definition.services)) {
      const { facts, behaviours, file } = await load();
      expect(Object.keys(behaviours).sort()).toEqual(Object.keys(facts.types).sort());
      expect(file).toContain(`sandbox/${name}`);
      for (const token of Object.keys(facts.types)) expect(definition.serviceOf(token)).toBe(service);
    }
  });

  test("a resource lives through preview, create, read, no difference, update and delete", async () => {
    await eachType(async (token, given) => {
      const { inputs, failures } = await made.check({ ...identity(token), newInputs: given, randomSeed: seed });
      expect(failures).toEqual([]);
      const before = sandbox.world.list().length;
      const preview = await made.create({ ...identity(token), inputs, preview: true, timeout: 0 });
      expect(sandbox.world.list()).toHaveLength(before);
      const { id, outputs } = await made.create({ ...identity(token), inputs, preview: false, timeout: 0 });
      expect(id).not.toBe("");
      expect(outputs.id).toBe(id);
      for (const [property, foreseen] of Object.entries(preview.outputs)) {
        if (foreseen !== UNKNOWN) expect({ [property]: outputs[property] }).toMatchObject({ [property]: foreseen });
      }
      expect(await made.read({ ...identity(token), id, inputs, state: outputs })).toEqual({ id, inputs, outputs });
      const request = { ...identity(token), id, oldInputs: inputs, oldOutputs: outputs, ignoreChanges: [] };
      expect((await made.diff({ ...request, newInputs: inputs })).diffs).toEqual([]);
      const updated = await made.update({ ...request, newInputs: inputs, preview: false, timeout: 0 });
      expect(updated.id).toBe(id);
      expect(Object.keys(updated).sort()).toEqual(Object.keys(outputs).sort());
      await made.delete({ ...identity(token), id, oldInputs: inputs, oldOutputs: updated, timeout: 0 });
      expect(await made.read({ ...identity(token), id, inputs, state: outputs })).toBeUndefined();
      await made.delete({ ...identity(token), id, oldInputs: inputs, oldOutputs: updated, timeout: 0 });
      expect(sandbox.world.list()).toHaveLength(before);
    });
  });

  test("every required property is refused when it is missing, and none when it is not known yet", async () => {
    await eachType(async (token, given, type) => {
      for (const [property, facts] of type.inputs) {
        if (!facts.required) continue;
        const { [property]: _, ...rest } = given;
        const { failures } = await made.check({ ...identity(token), newInputs: rest, randomSeed: seed });
        expect(failures.map((failure) => failure.property)).toContain(property);
      }
      const unknown = Object.fromEntries(Object.keys(given).map((property) => [property, UNKNOWN]));
      expect((await made.check({ ...identity(token), newInputs: unknown, randomSeed: seed })).failures).toEqual([]);
    });
  });

  test("every declared secret output is secret", async () => {
    await eachType(async (token, given, type) => {
      const { inputs } = await made.check({ ...identity(token, "secret"), newInputs: given, randomSeed: seed });
      const { id, outputs } = await made.create({ ...identity(token, "secret"), inputs, preview: false, timeout: 0 });
      for (const property of type.secretOutputs) {
        const value = outputs[property];
        if (value !== undefined) expect({ property, secret: isSecret(value) }).toEqual({ property, secret: true });
      }
      await made.delete({ ...identity(token, "secret"), id, oldInputs: inputs, oldOutputs: outputs, timeout: 0 });
    });
  });
});

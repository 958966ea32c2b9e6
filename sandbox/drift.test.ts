/** Changes that were made by hand: what a refresh finds, and what the next preview makes of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Provider } from "../engine/provider.ts";
import type { PropertyMap } from "../engine/values.ts";
import { openSandbox, type Sandbox } from "./source.ts";

const seed = new Uint8Array(32).fill(4);
const identity = (type: string) => ({ urn: `urn:pulumi:dev::test::${type}::example`, type, name: "example" });

let directory: string;
let sandbox: Sandbox;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-drift-"));
  sandbox = await openSandbox({ directory });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

/** Creates a resource, changes it by hand, refreshes, and previews the unchanged program. */
async function drift(type: string, given: PropertyMap, byHand: PropertyMap) {
  const provider = await providerOf(type);
  const check = async (oldInputs?: PropertyMap) => {
    const former = oldInputs === undefined ? {} : { oldInputs };
    return (await provider.check({ ...identity(type), newInputs: given, randomSeed: seed, ...former })).inputs;
  };
  const inputs = await check();
  const { id, outputs } = await provider.create({ ...identity(type), inputs, preview: false, timeout: 0 });
  const record = sandbox.world.list().find((each) => each.id === id);
  if (record === undefined) throw new Error("not created");
  sandbox.world.put({ ...record, outputs: { ...record.outputs, ...byHand } });
  const found = await provider.read({ ...identity(type), id, inputs, state: outputs });
  if (found === undefined) throw new Error("not found");
  const newInputs = await check(found.inputs);
  const request = { ...identity(type), id, oldInputs: found.inputs, oldOutputs: found.outputs, newInputs };
  return { found, ...(await provider.diff({ ...request, ignoreChanges: [] })) };
}

async function providerOf(type: string): Promise<Provider> {
  const name = type.slice(0, type.indexOf(":"));
  const provider = await sandbox.source({ package: name, version: undefined, pluginDownloadURL: undefined });
  await provider.configure(name === "vercel" ? { team: "acme" } : {});
  return provider;
}

const role = "postgresql:index/role:Role";

test.each<[string, string, PropertyMap, PropertyMap, string, string]>([
  ["a limit", role, { name: "app", connectionLimit: 10 }, { connectionLimit: 99 }, "connectionLimit", "update"],
  ["a membership that was added", role, { name: "app", roles: [] }, { roles: ["pg_monitor"] }, "roles", "delete"],
  [
    "privileges that were revoked",
    "postgresql:index/grant:Grant",
    { database: "db", role: "public", objectType: "database", privileges: ["CONNECT"] },
    { privileges: null },
    "privileges",
    "add",
  ],
  [
    "a setting that the program never gave",
    "aws:kms/key:Key",
    {},
    { enableKeyRotation: true },
    "enableKeyRotation",
    "update",
  ],
])("%s that was changed by hand is put back", async (_, type, given, byHand, property, kind) => {
  const { found, diffs, detailedDiff } = await drift(type, given, byHand);
  expect(found.outputs).toMatchObject(byHand);
  expect(diffs).toEqual([property]);
  expect(detailedDiff).toEqual({ [property]: { kind, inputDiff: false } });
});

test("a computed value that the service changed is no difference", async () => {
  const { found, changes } = await drift("aws:s3/bucket:Bucket", { bucket: "data" }, { requestPayer: "Requester" });
  expect(found.outputs.requestPayer).toBe("Requester");
  expect(changes).toBe("none");
});

test("what was deleted by hand is not found", async () => {
  const type = "vercel:index/project:Project";
  const provider = await providerOf(type);
  const { inputs } = await provider.check({ ...identity(type), newInputs: { name: "web" }, randomSeed: seed });
  const { id, outputs } = await provider.create({ ...identity(type), inputs, preview: false, timeout: 0 });
  const record = sandbox.world.get(type, id);
  if (record !== undefined) sandbox.world.remove(record);
  expect(await provider.read({ ...identity(type), id, inputs, state: outputs })).toBeUndefined();
});

test("an import by id finds the inputs that would make what exists", async () => {
  const type = "aws:s3/bucket:Bucket";
  const provider = await providerOf(type);
  const newInputs = { bucket: "data", tags: { a: "b" } };
  const { inputs } = await provider.check({ ...identity(type), newInputs, randomSeed: seed });
  await provider.create({ ...identity(type), inputs, preview: false, timeout: 0 });
  const found = await provider.read({ ...identity(type), id: "data", inputs: {}, state: {} });
  expect(found?.inputs).toEqual(inputs);
  expect(found?.outputs.arn).toBe("arn:aws:s3:::data");
});

test("a project's deletion takes along what belongs to it", async () => {
  const project = "vercel:index/project:Project";
  const provider = await providerOf(project);
  const { inputs } = await provider.check({ ...identity(project), newInputs: { name: "web" }, randomSeed: seed });
  const { id, outputs } = await provider.create({ ...identity(project), inputs, preview: false, timeout: 0 });
  const crons = { ...identity("vercel:index/projectCrons:ProjectCrons"), inputs: { projectId: id, enabled: true } };
  await provider.create({ ...crons, preview: false, timeout: 0 });
  await provider.delete({ ...identity(project), id, oldInputs: inputs, oldOutputs: outputs, timeout: 0 });
  expect(sandbox.world.list()).toEqual([]);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Provider } from "../provider.ts";
import { PluginError } from "./errors.ts";
import { PluginHost } from "./host.ts";

const folder = join(__dirname, "../../testing/conformance/provider");
const identity = { urn: "urn:pulumi:s::p::test:index:Thing::a", type: "test:index:Thing", name: "a" };

describe("a provider in a plugin process", () => {
  let directory: string;
  let host: PluginHost;
  let provider: Provider;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "plugin-"));
    host = new PluginHost({ plugins: { test: folder }, environment: { TEST_PROVIDER_DIR: directory }, say: () => {} });
    provider = await host.source({ package: "test", version: undefined, pluginDownloadURL: undefined });
    await provider.configure({ region: "eu" });
  }, 60_000);

  afterAll(async () => {
    await provider.close();
    await host.close();
    rmSync(directory, { recursive: true });
  });

  it("says in the handshake that it takes no secrets", () => {
    expect(provider.accepts).toEqual({ secrets: false, resources: false });
  });

  it("makes, reads, changes and deletes over the wire", async () => {
    const made = await provider.create({ ...identity, inputs: { size: 1 }, preview: false, timeout: 0 });
    expect(made).toEqual({ id: "thing-1", outputs: { size: 1, computed: "thing-1-computed" } });
    const { id } = made;
    const change = {
      ...identity,
      id,
      oldInputs: { size: 1 },
      oldOutputs: made.outputs,
      newInputs: { size: 2 },
      ignoreChanges: [],
    };
    expect(await provider.diff(change)).toMatchObject({ changes: "some", diffs: ["size"], replaces: [] });
    await provider.update({ ...change, preview: false, timeout: 0 });
    expect(await provider.read({ ...identity, id, inputs: {}, state: {} })).toMatchObject({ id, inputs: { size: 2 } });
    await provider.delete({ ...identity, id, oldInputs: {}, oldOutputs: {}, timeout: 0 });
    expect(await provider.read({ ...identity, id, inputs: {}, state: {} })).toBeUndefined();
  });

  it("passes on what the provider objects to", async () => {
    const { failures } = await provider.check({ ...identity, newInputs: { bad: 1 }, randomSeed: new Uint8Array(32) });
    expect(failures).toEqual([{ property: "bad", reason: "bad is not allowed" }]);
  });

  it("fails with the provider's own words", async () => {
    const request = { ...identity, inputs: { failCreate: true }, preview: false, timeout: 0 };
    await expect(provider.create(request)).rejects.toThrow("create was told to fail");
  });
});

describe("a plugin that is not there", () => {
  it("is refused with the way to have it found", async () => {
    const host = new PluginHost({ plugins: {}, say: () => {} });
    const wish = { package: "nowhere", version: undefined, pluginDownloadURL: undefined };
    await expect(host.source(wish)).rejects.toMatchObject({ exitCode: 2, remedy: expect.stringContaining("PATH") });
    await host.close();
  });

  it("is refused when its folder has no manifest", async () => {
    const host = new PluginHost({ plugins: { test: __dirname }, say: () => {} });
    const wish = { package: "test", version: undefined, pluginDownloadURL: undefined };
    await expect(host.source(wish)).rejects.toThrow(PluginError);
    await host.close();
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PropertyMap } from "../../engine/values.ts";
import { openSandbox, type Sandbox } from "../source.ts";

const TYPE = "random:index/randomPassword:RandomPassword";

describe("passwords of the random package", () => {
  const directory = mkdtempSync(join(tmpdir(), "thorbis-random-"));
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ directory });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("are read back each for itself, although all of them have the same id", async () => {
    const provider = await sandbox.source({ package: "random", version: undefined, pluginDownloadURL: undefined });
    await provider.configure({});
    const identity = (name: string) => ({ type: TYPE, name, urn: `urn:pulumi:development::thorbis::${TYPE}::${name}` });
    const inputsOf = (length: number): PropertyMap => ({ length });
    const make = async (name: string, length: number) => {
      const inputs = inputsOf(length);
      return {
        ...identity(name),
        inputs,
        ...(await provider.create({ ...identity(name), inputs, preview: false, timeout: 0 })),
      };
    };
    const first = await make("first", 32);
    const second = await make("second", 64);
    for (const { outputs, ...made } of [first, second]) {
      expect(await provider.read({ ...made, state: outputs })).toEqual({ id: made.id, inputs: made.inputs, outputs });
    }
    await provider.delete({ ...second, oldInputs: second.inputs, oldOutputs: second.outputs, timeout: 0 });
    expect(await provider.read({ ...first, state: first.outputs })).toMatchObject({ outputs: first.outputs });
  });
});

/** The sandbox against what the real plugins answered to the same inputs: recorded once, kept as data beside the rows. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiffResult, Provider } from "../engine/provider.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue, UNKNOWN } from "../engine/values.ts";
import { openSandbox, type Sandbox } from "./source.ts";
import { sandboxTeam } from "./vercel/common.ts";

interface Recording {
  /** In the order of their creation. `{name}` stands for that resource's id, `{?}` for what is not known yet. */
  resources: Record<string, { type: string; id: string; inputs: PropertyMap; outputs: PropertyMap }>;
  edits: Record<
    string,
    {
      change: Record<string, PropertyMap>;
      steps: Record<string, { op: string; diffs: string[]; replaces?: string[]; detail?: Record<string, string> }>;
    }
  >;
}

interface Made {
  inputs: PropertyMap;
  id: string;
  outputs: PropertyMap;
}

const configuration: Record<string, PropertyMap> = {
  vercel: { team: "acme", apiToken: "abcdefghijklmnopqrstuvwx" },
  postgresql: { host: "127.0.0.1", port: "55777", username: "postgres", database: "postgres", sslmode: "disable" },
};
const seed = new Uint8Array(32).fill(5);
/** Drawn or given by the service: their form is tested beside their rows. */
const drawn = new Set(["id", "result", "bcryptHash", "b64Std", "b64Url", "dec", "hex"]);

describe.each(["vercel", "postgresql"])("%s", (name) => {
  const recording = JSON.parse(readFileSync(join(__dirname, name, "recording.json"), "utf8")) as Recording;
  const made = new Map<string, Made>();
  const providers = new Map<string, Provider>();
  let directory: string;
  let sandbox: Sandbox;

  const identity = (resource: string, type: string) => ({
    urn: `urn:pulumi:dev::rec::${type}::${resource}`,
    type,
    name: resource,
  });

  async function providerOf(type: string): Promise<Provider> {
    const packageName = type.slice(0, type.indexOf(":"));
    const known = providers.get(packageName);
    if (known !== undefined) return known;
    const provider = await sandbox.source({ package: packageName, version: undefined, pluginDownloadURL: undefined });
    await provider.configure(configuration[packageName] ?? {});
    providers.set(packageName, provider);
    return provider;
  }

  /** Puts ids in the place of the recorded references. */
  function resolve(value: PropertyValue): PropertyValue {
    if (Array.isArray(value)) return value.map(resolve);
    if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, resolve(element)]));
    if (typeof value !== "string") return value;
    if (value === "{?}") return UNKNOWN;
    return value.replace(/^\{([^}]+)\}/, (whole, reference: string) =>
      reference === "team" ? sandboxTeam : (made.get(reference)?.id ?? whole),
    );
  }

  async function check(resource: string, change: PropertyMap = {}): Promise<PropertyMap> {
    const { type, inputs } = recordingOf(resource);
    const { __defaults: _, ...given } = { ...inputs, ...change };
    const marked = Array.isArray(inputs.__defaults) ? inputs.__defaults : [];
    for (const property of marked) if (typeof property === "string" && !(property in change)) delete given[property];
    const provider = await providerOf(type);
    const newInputs = resolve(given) as PropertyMap;
    const checked = await provider.check({ ...identity(resource, type), newInputs, randomSeed: seed });
    expect(checked.failures).toEqual([]);
    return checked.inputs;
  }

  function recordingOf(resource: string) {
    const found = recording.resources[resource];
    if (found === undefined) throw new Error(`not recorded: ${resource}`);
    return found;
  }

  function madeOf(resource: string): Made {
    const found = made.get(resource);
    if (found === undefined) throw new Error(`not made: ${resource}`);
    return found;
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "sandbox-recording-"));
    sandbox = await openSandbox({ directory });
    for (const [resource, { type }] of Object.entries(recording.resources)) {
      const inputs = await check(resource);
      const provider = await providerOf(type);
      const created = await provider.create({ ...identity(resource, type), inputs, preview: false, timeout: 0 });
      made.set(resource, { inputs, ...created });
    }
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  const resources = Object.keys(recording.resources);

  test.each(resources)("the inputs of %s are what the provider's check made of them", (resource) => {
    const { inputs } = recordingOf(resource);
    expect(made.get(resource)?.inputs).toEqual(resolve(inputs));
  });

  test.each(resources)("the outputs of %s are what the provider recorded", (resource) => {
    const { outputs } = recordingOf(resource);
    const actual = made.get(resource)?.outputs ?? {};
    expect(Object.keys(actual).sort()).toEqual(Object.keys(outputs).sort());
    for (const [property, recorded] of Object.entries(outputs)) {
      const value = actual[property] ?? null;
      const wasSecret = isMap(recorded) && "secret" in recorded;
      expect({ property, secret: isSecret(value) }).toEqual({ property, secret: wasSecret });
      if (drawn.has(property)) continue;
      const expected = wasSecret ? recorded.secret : recorded;
      expect({ [property]: withoutIds(isSecret(value) ? value.value : value) }).toEqual({
        [property]: withoutIds(resolve(expected ?? null)),
      });
    }
  });

  /** Ids of rules are the service's. */
  function withoutIds(value: PropertyValue): PropertyValue {
    if (Array.isArray(value)) return value.map(withoutIds);
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "id")
        .map(([key, element]) => [key, withoutIds(element)]),
    );
  }

  test.each(resources)("the first preview of %s foretells every output that it calls known", async (resource) => {
    const { type } = recordingOf(resource);
    const { inputs, outputs } = madeOf(resource);
    const provider = await providerOf(type);
    const preview = await provider.create({ ...identity(resource, type), inputs, preview: true, timeout: 0 });
    for (const [property, value] of Object.entries(preview.outputs)) {
      if (value !== UNKNOWN) expect({ [property]: outputs[property] }).toMatchObject({ [property]: value });
    }
    for (const property of Object.keys(inputs)) {
      if (property !== "__defaults" && inputs[property] !== UNKNOWN)
        expect(preview.outputs[property]).not.toBe(UNKNOWN);
    }
  });

  describe.each(Object.keys(recording.edits))("the edit '%s'", (edit) => {
    const { change = {}, steps = {} } = recording.edits[edit] ?? {};

    async function diff(resource: string): Promise<DiffResult> {
      const { type } = recordingOf(resource);
      const { inputs, outputs, id } = madeOf(resource);
      const newInputs = await check(resource, change[resource]);
      const provider = await providerOf(type);
      const request = { ...identity(resource, type), id, oldInputs: inputs, oldOutputs: outputs, newInputs };
      return provider.diff({ ...request, ignoreChanges: [] });
    }

    test.each(Object.keys(steps))("changes %s as recorded", async (resource) => {
      const recorded = steps[resource];
      const result = await diff(resource);
      expect(result.diffs).toEqual(recorded?.diffs);
      expect(result.replaces).toEqual(recorded?.replaces ?? []);
      const detail = Object.entries(result.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind] as const);
      expect(Object.fromEntries(detail)).toEqual(recorded?.detail ?? {});
    });

    test("changes nothing else", async () => {
      for (const resource of resources) {
        if (resource in steps) continue;
        expect({ resource, diffs: (await diff(resource)).diffs }).toEqual({ resource, diffs: [] });
      }
    });
  });
});

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { type TrialPack, trialPack } from "../../testing/trial-pack.ts";
import type { AnalyzedResource } from "../analyzer.ts";
import { OUTPUT_VALUE, type PropertyMap, RESOURCE_REFERENCE, SIGNATURE, secret, UNKNOWN } from "../values.ts";
import { type PolicyPack, type PolicyPackOptions, startPolicyPack } from "./pack.ts";

jest.setTimeout(60_000);

const source = `
import { PolicyPack } from "@pulumi/policy";

const everything = { name: "echo", description: "echo", enforcementLevel: "advisory", severity: "high",
  validateResource: (args, report) => {
    if (args.type === "t:echo") report(JSON.stringify({ props: args.props, opts: args.opts, provider: args.provider, urn: args.urn, name: args.name, config: args.getConfig() }));
    else args.notApplicable("only echoes");
  },
  configSchema: { properties: { limit: { type: "number", default: 3 } } } };
const pack = new PolicyPack("trial", { enforcementLevel: "mandatory", policies: [
  everything,
  { name: "reads", description: "reads", validateResource: (args, report) => { if (args.type === "t:reads" && args.props.deep.value === "bad") report("is bad"); } },
  { name: "broken", description: "broken", validateResource: (args) => { if (args.type === "t:broken") throw new Error("the rule is broken"); } },
  { name: "ends", description: "ends", validateResource: (args) => { if (args.type === "t:ends") { console.error("last words"); process.exit(7); } } },
  { name: "off", description: "off", enforcementLevel: "disabled", validateResource: (args, report) => { report("never"); } },
  { name: "tags", description: "tags", enforcementLevel: "remediate", remediateResource: (args) => {
    if (args.type !== "t:tags") return undefined;
    if (args.props.value === "x") return undefined;
    args.props.tag = "added";
    return args.props;
  } },
  { name: "whole", description: "whole", enforcementLevel: "mandatory", validateStack: (args, report) => {
    report(args.resources.map((r) => r.name + "<" + (r.parent?.name ?? "") + ":" + r.dependencies.map((d) => d.name)).join(" "), args.resources[1].urn);
    if (args.resources[0].props.value === "x") report("second");
  } },
] });
`;

const transports = ["direct", "grpc"] as const;

let trial: TrialPack;
let directory: string;
let options: PolicyPackOptions;

beforeAll(async () => {
  trial = await trialPack(source, { name: "trial", version: "1.2.3" });
  directory = trial.directory;
  options = { directory, organization: "organization", project: "p", stack: "s", preview: true, config: {} };
});

afterAll(() => trial.remove());

function resource(type: string, properties: PropertyMap, more: Partial<AnalyzedResource> = {}): AnalyzedResource {
  const options = { protect: false, ignoreChanges: [], additionalSecretOutputs: [], aliases: [], customTimeouts: {} };
  return { type: `t:${type}`, urn: `urn:${type}`, name: type, properties, options, ...more };
}

describe.each(transports)("asked by the transport %s", (transport) => {
  let pack: PolicyPack;

  beforeAll(async () => {
    pack = await startPolicyPack({ ...options, transport, configuration: { echo: { properties: { extra: ["a"] } } } });
  }, 20_000);

  afterAll(() => pack.close());

  test("the pack is asked that way and no other", () => {
    expect(pack.transport).toBe(transport);
  });

  async function echo(properties: PropertyMap, more: Partial<AnalyzedResource> = {}): Promise<Record<string, unknown>> {
    const { diagnostics } = await pack.analyze(resource("echo", properties, more));
    return JSON.parse(diagnostics[0]?.message.split("\n")[1] ?? "");
  }

  test("a rule sees every kind of value as the protocol carries it", async () => {
    const properties = {
      text: "ä",
      zero: 0,
      no: false,
      nothing: null,
      list: [1, [true], { a: "b" }],
      hidden: secret({ inner: "plain to the rule" }),
      reference: { [SIGNATURE]: RESOURCE_REFERENCE, urn: "urn:x", id: "id-1" },
      component: { [SIGNATURE]: RESOURCE_REFERENCE, urn: "urn:x" },
      output: { [SIGNATURE]: OUTPUT_VALUE, value: "known", secret: true, dependencies: ["urn:x"] },
      __defaults: ["internal"],
    };
    expect((await echo(properties)).props).toEqual({
      text: "ä",
      zero: 0,
      no: false,
      nothing: null,
      list: [1, [true], { a: "b" }],
      hidden: { inner: "plain to the rule" },
      reference: "id-1",
      component: "urn:x",
      output: "known",
    });
  });

  test("a rule sees the resource's options, its provider and its own settings with defaults", async () => {
    const seen = await echo(
      {},
      {
        options: {
          protect: true,
          ignoreChanges: ["a"],
          deleteBeforeReplace: false,
          additionalSecretOutputs: ["b"],
          aliases: ["urn:old"],
          customTimeouts: { create: 300 },
          parent: "urn:parent",
        },
        provider: { type: "pulumi:providers:t", urn: "urn:provider", name: "default", properties: { region: "x" } },
      },
    );
    expect(seen.opts).toEqual({
      protect: true,
      ignoreChanges: ["a"],
      aliases: ["urn:old"],
      customTimeouts: { createSeconds: 300, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: ["b"],
      deleteBeforeReplace: false,
      parent: "urn:parent",
    });
    expect(seen.provider).toEqual({
      type: "pulumi:providers:t",
      props: { region: "x" },
      urn: "urn:provider",
      name: "default",
    });
    expect(seen.config).toEqual({ limit: 3, extra: ["a"] });
  });

  test("a finding carries pack, version, level and severity; a skipped rule is not applicable", async () => {
    const found = await pack.analyze(resource("reads", { deep: { value: "bad" } }));
    expect(found.diagnostics).toEqual([
      {
        pack: "trial",
        packVersion: "1.2.3",
        policy: "reads",
        level: "mandatory",
        description: "reads",
        message: "reads\nis bad",
        urn: "urn:reads",
      },
    ]);
    expect(found.undecided).toContainEqual({
      pack: "trial",
      policy: "echo",
      level: "advisory",
      urn: "urn:reads",
      reason: "not-applicable",
      message: "only echoes",
    });
    const { diagnostics } = await pack.analyze(resource("echo", {}));
    expect(diagnostics.map((each) => each.severity)).toEqual(["high"]);
  });

  test("a rule that reads an unknown value is undecided at its own level, and the property is named", async () => {
    const { diagnostics, undecided } = await pack.analyze(resource("reads", { deep: { value: UNKNOWN } }));
    expect(diagnostics).toEqual([]);
    expect(undecided.filter((each) => each.reason === "unknown")).toEqual([
      expect.objectContaining({ policy: "reads", level: "mandatory", message: expect.stringContaining(".deep.value") }),
    ]);
    const stack = await pack.analyzeStack([resource("a", { value: UNKNOWN }), resource("b", {})]);
    expect(stack.undecided).toEqual([
      expect.objectContaining({ policy: "whole", urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", reason: "unknown" }),
    ]);
  });

  test("a rule that throws is reported with the rule, the reason and the place in the pack's own file", async () => {
    const failure = pack.analyze(resource("broken", {}));
    await expect(failure).rejects.toThrow(/policy 'broken' from policy pack 'trial@v1\.2\.3'[\s\S]*the rule is broken/);
    await expect(failure).rejects.toThrow(/index\.js:\d+/);
    await expect(failure).rejects.not.toThrow(/node_modules/);
  });

  test("a remediation answers with the changed properties, secrets still secret and internal keys kept", async () => {
    const properties = { value: 1, password: secret("s"), __defaults: [] };
    expect(await pack.remediate(resource("tags", properties))).toEqual([
      { pack: "trial", packVersion: "1.2.3", policy: "tags", properties: { ...properties, tag: "added" } },
    ]);
    expect(await pack.remediate(resource("other", {}))).toEqual([]);
    const [undone] = await pack.remediate(resource("tags", { value: UNKNOWN }));
    expect(undone?.properties).toBeUndefined();
    expect(undone?.diagnostic).toContain("can't be known during preview");
  });

  test("a stack rule sees parents and dependencies as resources", async () => {
    const first = resource("a", { value: "x" });
    const second = resource(
      "b",
      {},
      { parent: "urn:a", dependencies: ["urn:a"], propertyDependencies: { p: ["urn:a"] } },
    );
    const { diagnostics } = await pack.analyzeStack([first, second]);
    expect(diagnostics.map((each) => [each.urn, each.message])).toEqual([
      ["urn:b", "whole\na<: b<a:a"],
      ["urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", "whole\nsecond"],
    ]);
  });

  test("refuses settings for a rule that the pack does not have, or against a rule's schema", async () => {
    const configuration = { nobody: { properties: {} }, echo: { properties: { limit: "many" } } };
    await expect(startPolicyPack({ ...options, transport, configuration })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/nobody: .*no such rule[\s\S]*echo\.limit/),
    });
  });

  test("a configured level replaces the rule's own", async () => {
    const strict = await startPolicyPack({
      ...options,
      transport,
      configuration: { all: { level: "disabled", properties: {} }, off: { level: "mandatory", properties: {} } },
    });
    try {
      const { diagnostics } = await strict.analyze(resource("echo", {}));
      expect(diagnostics.map((each) => [each.policy, each.level])).toEqual([["off", "mandatory"]]);
      expect(await strict.analyzeStack([resource("a", {}), resource("b", {})])).toEqual({
        diagnostics: [],
        undecided: [],
      });
    } finally {
      await strict.close();
    }
  });

  test("a pack that ends in the middle is told with its last words, and later questions are refused at once", async () => {
    const doomed = await startPolicyPack({ ...options, transport });
    try {
      const asked = [doomed.analyze(resource("ends", {})), doomed.analyze(resource("ends", {}))];
      for (const each of await Promise.allSettled(asked)) {
        expect(each).toMatchObject({
          status: "rejected",
          reason: { exitCode: 1, message: expect.stringContaining("last words") },
        });
      }
      await expect(doomed.analyze(resource("reads", {}))).rejects.toMatchObject({ exitCode: 1 });
    } finally {
      await doomed.close();
    }
  });
});

test("refuses a folder that is no policy pack, and says what a pack that stops at its start wrote", async () => {
  await expect(startPolicyPack({ ...options, directory: os.tmpdir() })).rejects.toMatchObject({ exitCode: 2 });
  const entry = path.join(directory, "index.js");
  await writeFile(entry, "throw new Error('no such rule file');");
  try {
    await expect(startPolicyPack(options)).rejects.toThrow(/did not start[\s\S]*no such rule file/);
  } finally {
    await writeFile(entry, source);
  }
});

test("a pack with an SDK of another version is asked over gRPC", async () => {
  const elsewhere = await mkdtemp(path.join(os.tmpdir(), "policy-"));
  const modules = path.resolve(__dirname, "../../node_modules");
  const own = path.join(elsewhere, "node_modules");
  await mkdir(path.join(own, "@pulumi"), { recursive: true });
  for (const name of ["@grpc", "@pulumi/pulumi", "google-protobuf"]) {
    await symlink(path.join(modules, name), path.join(own, name));
  }
  await cp(path.join(modules, "@pulumi/policy"), path.join(own, "@pulumi/policy"), { recursive: true });
  await writeFile(path.join(own, "@pulumi/policy/version.js"), 'exports.version = "1.99.0";');
  for (const name of ["PulumiPolicy.yaml", "package.json", "index.js"]) {
    await cp(path.join(directory, name), path.join(elsewhere, name));
  }
  const pack = await startPolicyPack({ ...options, directory: elsewhere });
  try {
    expect(pack.transport).toBe("grpc");
    const { judgement } = await pack.judge(resource("reads", { deep: { value: "bad" } }));
    expect(judgement?.diagnostics.map(({ message }) => message)).toEqual(["reads\nis bad"]);
  } finally {
    await pack.close();
    await rm(elsewhere, { recursive: true });
  }
});

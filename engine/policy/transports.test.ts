import * as path from "node:path";
import { type TrialPack, trialPack } from "../../testing/trial-pack.ts";
import type { AnalyzedResource } from "../analyzer.ts";
import {
  ARCHIVE,
  ASSET,
  OUTPUT_VALUE,
  type PropertyMap,
  RESOURCE_REFERENCE,
  SIGNATURE,
  secret,
  UNKNOWN,
} from "../values.ts";
import { type PolicyPack, type PolicyPackOptions, startPolicyPack } from "./pack.ts";

jest.setTimeout(60_000);

/** Rules that do whatever a rule may do. Each is for the resource of its own name. */
const source = `
import { PolicyPack, remediateResourceOfType, Secret, validateResourceOfType, validateStackResourcesOfType } from "@pulumi/policy";

class Bucket { static __pulumiType = "t:bucket"; }
class Old { static isInstance(resource) { return resource.__pulumiType === "t:old"; } }
const show = (value) => JSON.stringify(value, (key, each) => typeof each === "function" ? "function" : each);
const rule = (name, check, more) => ({ name, description: "about " + name,
  validateResource: (args, report) => args.name === name ? check(args, report) : undefined, ...more });
const remedy = (name, change) => ({ name, description: name, enforcementLevel: "remediate",
  remediateResource: (args) => args.name.startsWith("remedy") && name.startsWith(args.name.slice(0, 7)) ? change(args) : undefined });

new PolicyPack("odd", { enforcementLevel: "mandatory", policies: [
  rule("arguments", (args, report) => report(show({ ...args }) + show(Object.keys(args.props)))),
  rule("waits", async (args, report) => { await new Promise((done) => setTimeout(done, 5)); report(args.props.late); }),
  rule("waits", async (args) => { await null; args.notApplicable("after all"); }, { name: "waits-in-vain" }),
  rule("nothing", (args, report) => report()),
  rule("elsewhere", (args, report) => report("there", "urn:there")),
  rule("object", (args, report) => { report({ name: "another", message: "said", enforcementLevel: "advisory", severity: "low", urn: "urn:x" }); report({}); }, { severity: "critical" }),
  rule("writes", (args) => { args.props.list.sort(); args.props.added = 1; delete args.props.gone; args.opts = {}; }),
  rule("writes", (args, report) => report(show(args.props) + show(args.opts)), { name: "reads-after" }),
  { name: "several", description: "several", validateResource: [
    (args, report) => { if (args.name === "several") report("first"); },
    (args) => { if (args.name === "several") args.notApplicable(); },
    (args) => args.name === "several" && args.props.unknown.deep,
  ] },
  { name: "typed", description: "typed", validateResource: validateResourceOfType(Bucket, (bucket, args, report) => report(bucket.acl + args.isType(Bucket) + args.isType(Old) + (args.asType(Bucket) === bucket))) },
  { name: "old", description: "old", validateResource: validateResourceOfType(Old, (old, args, report) => report(show(old))) },
  rule("asset", (args, report) => report(show(Object.entries(args.props).map(([key, value]) => [key, value.constructor.name])))),
  rule("text", () => { throw "only text"; }),
  rule("error", (args) => args.props.missing.deeper),
  rule("unknown", (args) => args.props.list.filter((each) => each.value === 1)),
  rule("provider", (args, report) => report(show(args.provider) + show(args.getConfig()) + args.stackTags.size), {
    configSchema: { properties: { b: { type: "string", default: "x" }, a: { type: "object", default: { z: 1, y: [2] } } } } }),
  rule("advice", (args, report) => report("advice"), { enforcementLevel: "advisory" }),
  rule("off", (args, report) => report("never"), { enforcementLevel: "disabled" }),
  rule("softened", (args, report) => report("softened by the first configuration")),
  rule("put-right", (args, report) => report("still wrong"), { enforcementLevel: "remediate" }),
  remedy("remedy1-first", (args) => { args.props.tags.b = "changed"; args.props.password = "new"; args.props.plain = new Secret(1); return args.props; }),
  remedy("remedy1-second", ({ props }) => ({ ...props, seen: props.tags.b, promised: Promise.resolve([undefined, null]), z: { b: 1, a: undefined } })),
  remedy("remedy2", (args) => { args.props.value.deep; }),
  remedy("remedy3", () => { throw new Error("broken remedy"); }),
  remedy("remedy4", (args) => args.notApplicable("no")),
  { name: "remedy-typed", description: "x", enforcementLevel: "remediate", remediateResource: remediateResourceOfType(Bucket, (bucket) => bucket.fix ? { ...bucket, fix: false } : undefined) },
  { name: "whole", description: "whole", validateStack: ({ resources }, report) => {
    for (const r of resources) report([r.name, r.parent?.name, r.dependencies.map((d) => d.name), show(Object.entries(r.propertyDependencies).map(([k, v]) => [k, v.map((d) => d.name)])), Object.keys(r), show(r.opts), show(r.provider)].join(" "), r.urn);
    resources[0].props.written = "by whole"; resources.pop();
  } },
  { name: "whole-after", description: "whole after", validateStack: ({ resources }, report) => { report(resources.length + show(resources[0].props)); } },
  { name: "whole-typed", description: "x", validateStack: validateStackResourcesOfType(Bucket, (buckets, args, report) => report(show(buckets) + args.resources.length)) },
  { name: "whole-old", description: "x", validateStack: validateStackResourcesOfType(Old, (old, args, report) => report("old")) },
  { name: "whole-unknown", description: "x", severity: "high", validateStack: async ({ resources }) => resources.some((r) => r.props.late === "x") },
  { name: "whole-none", description: "x", validateStack: (args) => args.notApplicable("never") },
  { name: "whole-off", description: "x", enforcementLevel: "disabled", validateStack: (args, report) => report("never") },
] }, { softened: "advisory", provider: { enforcementLevel: "mandatory", b: "from the pack" } });
`;

const settings = { protect: false, ignoreChanges: [], additionalSecretOutputs: [], aliases: [], customTimeouts: {} };
const provider = {
  type: "pulumi:providers:t",
  urn: "urn:p",
  name: "default",
  properties: { region: "x", key: secret("k") },
};

function resource(name: string, properties: PropertyMap, more: Partial<AnalyzedResource> = {}): AnalyzedResource {
  return { type: "t:thing", urn: `urn:${name}`, name, properties, options: settings, ...more };
}

const everyValue: PropertyMap = {
  zebra: [3, [null, { b: 1, a: NaN }]],
  apple: { deep: secret({ z: 1, a: "ä" }) },
  reference: { [SIGNATURE]: RESOURCE_REFERENCE, urn: "urn:r", id: "id-1" },
  output: { [SIGNATURE]: OUTPUT_VALUE, value: { [SIGNATURE]: RESOURCE_REFERENCE, urn: "urn:r" }, secret: true },
  hidden: { __internal: 1, shown: -0 },
  __defaults: [],
};

const resources: AnalyzedResource[] = [
  resource("arguments", everyValue, {
    provider,
    options: { ...settings, protect: true, deleteBeforeReplace: false, parent: "urn:b", customTimeouts: { update: 5 } },
  }),
  resource("waits", { late: "at last" }),
  ...["nothing", "elsewhere", "object", "text", "error", "advice", "off", "softened", "put-right"].map((name) =>
    resource(name, {}),
  ),
  resource("writes", { list: ["b", "a"], gone: 1 }),
  resource("several", { unknown: UNKNOWN }),
  resource("bucket", { acl: "open", fix: true }, { type: "t:bucket" }),
  resource("old", { a: [{ b: secret(1) }] }, { type: "t:old" }),
  resource("asset", {
    file: { [SIGNATURE]: ASSET, path: "/f" },
    text: { [SIGNATURE]: ASSET, text: "t" },
    uri: { [SIGNATURE]: ASSET, uri: "https://x" },
    all: { [SIGNATURE]: ARCHIVE, assets: { f: { [SIGNATURE]: ASSET, text: "t" } } },
    folder: { [SIGNATURE]: ARCHIVE, path: "/d" },
  }),
  resource("broken asset", { empty: { [SIGNATURE]: ASSET, text: "" } }),
  resource("unknown", { list: [{ value: 1 }, { value: UNKNOWN }] }),
  resource("provider", {}, { provider }),
  resource("remedy1", { tags: { b: "x", a: "y" }, password: secret("old"), plain: 1, __internal: secret([1]) }),
  resource("remedy2", { value: UNKNOWN }),
  resource("remedy3", {}),
  resource("remedy4", {}),
];

const stack: AnalyzedResource[] = [
  resource("root", { ...everyValue }, { dependencies: [], propertyDependencies: {} }),
  resource(
    "child",
    { late: UNKNOWN },
    {
      parent: "urn:root",
      dependencies: ["urn:root", "urn:gone"],
      propertyDependencies: { z: ["urn:bucket"], a: ["urn:root", "urn:gone"], none: [] },
      provider,
    },
  ),
  resource("bucket", { acl: "private" }, { type: "t:bucket", parent: "urn:gone" }),
];

let trial: TrialPack;
let options: PolicyPackOptions;

beforeAll(async () => {
  trial = await trialPack(source);
  const given = { organization: "organization", project: "p", stack: "s", preview: true };
  options = { ...given, directory: trial.directory, config: { "p:a": { value: "1", secret: false } } };
});

afterAll(() => trial.remove());

const outcome = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => ({ refused: error instanceof Error ? error.message : error }));

/** Everything that a pack says of itself, of resources and of a stack. */
async function everything(pack: PolicyPack, about: AnalyzedResource[], whole: AnalyzedResource[]): Promise<unknown> {
  const said: Record<string, unknown> = { name: pack.name, version: pack.version, rules: pack.rules };
  for (const each of about) {
    // The SDK's server never answers to a remediation of what it cannot read.
    const asked = each.name === "broken asset" ? [] : [pack.judge(each), pack.remediate(each)];
    said[each.name] = await Promise.all([...asked, pack.analyze(each)].map(outcome));
  }
  // Told before as something else, told as what it is, and not told.
  pack.tellEarly(whole.slice(0, 1).map((each) => ({ ...each, properties: { stale: true } })));
  pack.tellEarly(whole.slice(1, 2));
  said.stack = await outcome(pack.analyzeStack(whole));
  said.again = await outcome(pack.analyzeStack(whole.slice(0, 1)));
  return said;
}

async function compared(given: PolicyPackOptions, about: AnalyzedResource[], whole: AnalyzedResource[]) {
  const packs: PolicyPack[] = [];
  try {
    for (const transport of ["direct", "grpc"] as const) packs.push(await startPolicyPack({ ...given, transport }));
    expect(packs.map((pack) => pack.transport)).toEqual(["direct", "grpc"]);
    const [direct, grpc] = await Promise.all(packs.map((pack) => everything(pack, about, whole)));
    return { direct, grpc };
  } finally {
    await Promise.all(packs.map((pack) => pack.close()));
  }
}

test("both transports say the same of whatever a rule may do", async () => {
  const { direct, grpc } = await compared(options, resources, stack);
  expect(direct).toEqual(grpc);
});

test("both transports say the same with levels and settings of the user's", async () => {
  const configuration = {
    all: { level: "advisory", properties: {} },
    off: { level: "mandatory", properties: {} },
    provider: { properties: { a: { z: 0, b: [] } } },
    "remedy1-first": { level: "remediate", properties: {} },
    "whole-off": { level: "remediate", properties: {} },
  } as const;
  const { direct, grpc } = await compared({ ...options, configuration }, resources, stack);
  expect(direct).toEqual(grpc);
});

test("both transports say the same in the name of the product's own pack", async () => {
  const product = { ...options, directory: path.resolve(__dirname, "../../policy"), stack: "production" };
  const open: PropertyMap = { publiclyAccessible: true, tags: { token: "AKIAIOSFODNN7EXAMPLE" } };
  const about = [
    resource("db", open, { type: "aws:rds/clusterInstance:ClusterInstance" }),
    resource("bucket", { bucket: UNKNOWN, forceDestroy: true }, { type: "aws:s3/bucket:Bucket", provider }),
    resource(
      "variable",
      { key: "API_TOKEN", value: secret("x"), targets: ["development"] },
      {
        type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      },
    ),
    resource("project", { name: "web" }, { type: "vercel:index/project:Project" }),
    resource("alarm", { alarmActions: [UNKNOWN], period: 300 }, { type: "aws:cloudwatch/metricAlarm:MetricAlarm" }),
  ];
  const whole = [resource("shop-production", {}, { type: "pulumi:pulumi:Stack" }), ...about];
  const { direct, grpc } = await compared(product, about, whole);
  expect(direct).toEqual(grpc);
});

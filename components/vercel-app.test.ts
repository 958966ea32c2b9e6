import * as pulumi from "@pulumi/pulumi";
import { edgeOutputs } from "../testing/edge-outputs.ts";
import { type Recording, record } from "../testing/mocks.ts";
import { VercelApp, type VercelAppArgs } from "./vercel-app.ts";

const args: VercelAppArgs = {
  projectName: "thorbis-hs-production",
  repository: "thorbis/business-os",
  productionBranch: "main",
  rootDirectory: "apps/hs",
  nodeVersion: "22.x",
  functionRegion: "iad1",
  functionTimeoutSeconds: 30,
  previews: false,
  previewProtection: "standard_protection_new",
  retention: { production: "1y", preview: "1m", canceled: "1d", errored: "1w" },
  domains: ["hs.thorbis.com"],
  redirects: ["www.hs.thorbis.com"],
  variableTargets: ["production"],
  variables: [
    { key: "STRIPE_SECRET_KEY", value: pulumi.secret("sk_live_sentinel"), secret: true, comment: "Stripe" },
    { key: "LOG_LEVEL", value: "warn", secret: false, comment: "Logs" },
  ],
  routes: [
    {
      name: "security-headers",
      description: "Headers",
      source: "^/(.*)$",
      action: { kind: "headers", headers: { "X-Frame-Options": "DENY" } },
    },
    {
      name: "https",
      description: "https",
      source: "^/(.*)$",
      whenHeader: { key: "x-forwarded-proto", value: "http" },
      action: { kind: "redirect", destination: "https://hs.thorbis.com/$1", status: 308 },
    },
    {
      name: "app-ret",
      description: "Retail",
      source: "^/ret(?:/(.*))?$",
      action: { kind: "rewrite", destination: "https://ret.thorbis.com/$1" },
    },
  ],
  firewall: {
    apiRequestsPerMinute: 10_000,
    managedRules: true,
    challengeBots: true,
    deniedAddresses: ["203.0.113.7"],
    hostNames: ["hs.thorbis.com"],
    attackModeUntil: "2026-12-01T00:00:00Z",
  },
  release: { strategy: "rolling", stages: [{ percent: 25, minutes: 10 }, { percent: 100 }] },
  crons: true,
  customEnvironments: [{ name: "qa", branch: "qa" }],
  dataProtection: "protected",
};

const project = "vercel:index/project:Project";
const variable = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
const route = "vercel:index/projectRoute:ProjectRoute";

function declare(changes: Partial<VercelAppArgs> = {}): Promise<Recording> {
  return record(() => void new VercelApp("hs", { ...args, ...changes }), { types: edgeOutputs });
}

test("declares the project as the guides say, and never its list of environments", async () => {
  const { inputs, protect, retainOnDelete } = (await declare()).only(project);
  expect(inputs).toMatchObject({
    name: "thorbis-hs-production",
    framework: "nextjs",
    rootDirectory: "apps/hs",
    gitRepository: { type: "github", repo: "thorbis/business-os", productionBranch: "main" },
    resourceConfig: { functionDefaultRegions: ["iad1"], functionDefaultTimeout: 30, fluid: true },
    vercelAuthentication: { deploymentType: "standard_protection_new" },
    previewDeploymentsDisabled: true,
    gitForkProtection: true,
    publicSource: false,
  });
  expect(inputs).not.toHaveProperty("environments");
  expect(inputs).not.toHaveProperty("teamId");
  expect({ protect, retainOnDelete }).toEqual({ protect: true, retainOnDelete: true });
});

test("hands every secret over in an envelope, marked sensitive, and replaces by deleting first", async () => {
  const recording = await declare();
  const secret = recording.only(variable, "hs-STRIPE_SECRET_KEY");
  expect(secret.secrets).toEqual(["value"]);
  expect(secret.inputs).toMatchObject({ key: "STRIPE_SECRET_KEY", sensitive: true, targets: ["production"] });
  expect(secret.deleteBeforeReplace).toBe(true);
  expect(recording.only(variable, "hs-LOG_LEVEL").inputs).toMatchObject({ value: "warn", sensitive: false });
});

test("gives the development target a variable of its own, which Vercel can't keep sensitive", async () => {
  const recording = await declare({ variableTargets: ["preview", "development"] });
  expect(recording.only(variable, "hs-STRIPE_SECRET_KEY").inputs).toMatchObject({
    sensitive: true,
    targets: ["preview"],
  });
  const local = recording.only(variable, "hs-STRIPE_SECRET_KEY-development");
  expect(local.inputs).toMatchObject({ sensitive: false, targets: ["development"] });
  expect(local.secrets).toEqual(["value"]);
});

test("chains the routes in order, each with its position", async () => {
  const recording = await declare();
  const positionOf = (name: string) => recording.only(route, name).inputs.position;
  expect(positionOf("hs-route-security-headers")).toEqual({ placement: "start" });
  expect(positionOf("hs-route-https")).toEqual({ placement: "after", referenceRouteId: "hs-route-security-headers" });
  expect(positionOf("hs-route-app-ret")).toEqual({ placement: "after", referenceRouteId: "hs-route-https" });
  expect(recording.ofType(route).every(({ deleteBeforeReplace }) => deleteBeforeReplace)).toBe(true);
});

test("writes headers, redirects and rewrites as the edge reads them", async () => {
  const recording = await declare();
  const rule = (name: string) => recording.only(route, name).inputs.route;
  expect(rule("hs-route-security-headers")).toEqual({ src: "^/(.*)$", headers: { "X-Frame-Options": "DENY" } });
  expect(rule("hs-route-https")).toEqual({
    src: "^/(.*)$",
    has: [{ type: "header", key: "x-forwarded-proto", value: "http" }],
    dest: "https://hs.thorbis.com/$1",
    status: 308,
  });
  expect(rule("hs-route-app-ret")).toEqual({ src: "^/ret(?:/(.*))?$", dest: "https://ret.thorbis.com/$1" });
});

test("redirects other names to the canonical domain for good", async () => {
  const recording = await declare();
  const domain = "vercel:index/projectDomain:ProjectDomain";
  expect(recording.only(domain, "hs-domain-hs.thorbis.com").inputs).not.toHaveProperty("redirect");
  expect(recording.only(domain, "hs-domain-www.hs.thorbis.com").inputs).toMatchObject({
    redirect: "hs.thorbis.com",
    redirectStatusCode: 308,
  });
});

test("limits the API by address, blocks by the managed rules and refuses the denied addresses", async () => {
  const { inputs } = (await declare()).only("vercel:index/firewallConfig:FirewallConfig");
  const { rules } = inputs.rules as { rules: { name: string; action: object }[] };
  expect(rules.map(({ name }) => name)).toEqual([
    "Health checks are never limited",
    "Refuse scanners",
    "Limit log-ins",
    "Limit API requests",
  ]);
  expect(rules[3]?.action).toEqual({
    action: "rate_limit",
    rateLimit: { algo: "fixed_window", window: 60, limit: 10_000, keys: ["ip"], action: "rate_limit" },
  });
  expect(inputs.managedRulesets).toMatchObject({
    owasp: { sqli: { active: true, action: "deny" } },
    botProtection: { active: true, action: "challenge" },
  });
  expect(inputs.ipRules).toMatchObject({ rules: [{ hostname: "hs.thorbis.com", ip: "203.0.113.7", action: "deny" }] });
});

test("challenges every visitor while an attack lasts, and only then", async () => {
  const attack = "vercel:index/attackChallengeMode:AttackChallengeMode";
  expect((await declare()).only(attack).inputs).toMatchObject({ attackModeActiveUntil: Date.UTC(2026, 11, 1) });
  const { attackModeUntil: _, ...firewall } = args.firewall;
  expect((await declare({ firewall })).ofType(attack)).toEqual([]);
});

test("grows a rolling release to everybody, or promotes at once", async () => {
  const release = "vercel:index/projectRollingRelease:ProjectRollingRelease";
  expect((await declare()).only(release).inputs).toMatchObject({
    advancementType: "automatic",
    stages: [{ targetPercentage: 25, duration: 10 }, { targetPercentage: 100 }],
  });
  expect((await declare({ release: { strategy: "instant" } })).ofType(release)).toEqual([]);
});

const refused: readonly [string, Partial<VercelAppArgs>, RegExp][] = [
  ["a project name with capitals", { projectName: "Thorbis" }, /hs\.projectName/],
  ["a domain that is also a redirect", { redirects: ["hs.thorbis.com"] }, /hs\.domains: names a domain twice/],
  [
    "a variable given twice",
    { variables: [...args.variables, ...args.variables] },
    /hs\.variables\.STRIPE_SECRET_KEY: is given twice/,
  ],
  [
    "a secret that Next.js would publish",
    { variables: [{ key: "NEXT_PUBLIC_TOKEN", value: "x", secret: true, comment: "" }] },
    /NEXT_PUBLIC_TOKEN: is secret/,
  ],
  ["two routes of one name", { routes: [...args.routes, ...args.routes] }, /no unique name/],
  ["a route that covers half a path", { routes: args.routes.map((r) => ({ ...r, source: "/api" })) }, /whole path/],
  [
    "a header with a line break",
    {
      routes: [
        { name: "bad", description: "", source: "^/$", action: { kind: "headers", headers: { "X-A": "a\nX-B: b" } } },
      ],
    },
    /hs\.routes\.bad\.headers\.X-A/,
  ],
  ["a limit of nothing", { firewall: { ...args.firewall, apiRequestsPerMinute: 0 } }, /apiRequestsPerMinute: 0/],
  ["an attack without an end", { firewall: { ...args.firewall, attackModeUntil: "soon" } }, /attackModeUntil/],
  [
    "stages that do not rise",
    {
      release: {
        strategy: "rolling",
        stages: [{ percent: 50, minutes: 5 }, { percent: 50, minutes: 5 }, { percent: 100 }],
      },
    },
    /release\.stages\[1\]/,
  ],
  [
    "a rollout that ends early",
    { release: { strategy: "rolling", stages: [{ percent: 50 }] } },
    /release\.stages\[0\]/,
  ],
];

test.each(refused)("refuses %s before anything is registered", (_, changes, message) => {
  expect(() => new VercelApp("hs", { ...args, ...changes })).toThrow(message);
});

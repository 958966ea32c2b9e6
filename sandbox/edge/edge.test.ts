import { request as httpRequest } from "node:http";
import type { PropertyMap } from "../../engine/values.ts";
import type { App } from "./pipeline.ts";
import { compileWorld, type DeclaredResource } from "./project.ts";
import { respond } from "./request.ts";
import { type EdgeServer, startEdge } from "./server.ts";

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const declare = (type: string, id: string, inputs: PropertyMap): DeclaredResource => ({
  type: `vercel:index/${type}`,
  id,
  inputs,
  outputs: inputs,
});
const route = (id: string, after: string | undefined, rule: PropertyMap): DeclaredResource =>
  declare("projectRoute:ProjectRoute", id, {
    projectId: "prj_site",
    name: id,
    srcSyntax: "regex",
    route: rule,
    position: after === undefined ? { placement: "start" } : { placement: "after", referenceRouteId: after },
  });
const limit = { algo: "fixed_window", window: 60, limit: 3, keys: ["ip"], action: "rate_limit" };
const rule = (name: string, type: string, op: string, value: string, action: PropertyMap): PropertyMap => ({
  name,
  active: true,
  conditionGroups: [{ conditions: [{ type, op, value }] }],
  action,
});

const resources: DeclaredResource[] = [
  declare("project:Project", "prj_site", {
    name: "site",
    vercelAuthentication: { deploymentType: "standard_protection_new" },
  }),
  declare("project:Project", "prj_hs", { name: "hs" }),
  declare("projectDomain:ProjectDomain", "d1", { projectId: "prj_site", domain: "localhost" }),
  declare("projectDomain:ProjectDomain", "d2", {
    projectId: "prj_site",
    domain: "www.localhost",
    redirect: "localhost",
    redirectStatusCode: 308,
  }),
  declare("projectDomain:ProjectDomain", "d3", { projectId: "prj_hs", domain: "hs.localhost" }),
  declare("projectDomain:ProjectDomain", "d4", { projectId: "prj_site", domain: "thorbis.com" }),
  declare("projectProtectionBypass:ProjectProtectionBypass", "b1", { projectId: "prj_site", secret: "let-me-in" }),
  declare("projectEnvironmentVariable:ProjectEnvironmentVariable", "v1", {
    projectId: "prj_site",
    key: "GREETING",
    value: "hello",
    targets: ["production"],
  }),
  declare("bulkRedirects:BulkRedirects", "r1", {
    projectId: "prj_site",
    redirects: [{ source: "/Old", destination: "/new", statusCode: 301, query: true }],
  }),
  // Declared in another order than they apply in.
  route("rewrite", "later", { src: "^/hs(?:/(.*))?$", dest: "http://hs.localhost:3000/$1" }),
  route("first", undefined, { src: "^/(.*)$", headers: { "X-Frame-Options": "DENY", "Cache-Control": "no-store" } }),
  route("later", "first", { src: "^/assets/(.*)$", headers: { "Cache-Control": "public, max-age=31536000" } }),
  route("moved", "rewrite", { src: "^/moved/(.*)$", dest: "/to/$1", status: 308 }),
  route("inner", "moved", { src: "^/inner$", dest: "/assets/inner" }),
  route("plain", "inner", {
    src: "^/(.*)$",
    has: [{ type: "header", key: "x-forwarded-proto", value: "gopher" }],
    dest: "https://elsewhere.example/$1",
    status: 308,
  }),
  route("loop", "plain", { src: "^/loop$", dest: "http://localhost/loop" }),
  route("transform", "loop", {
    src: "^/transform$",
    transforms: [
      { type: "response.headers", op: "set", target: '{"key":"x-made"}', args: "here" },
      { type: "response.headers", op: "delete", target: '{"key":"x-frame-options"}' },
    ],
  }),
  declare("firewallConfig:FirewallConfig", "f1", {
    projectId: "prj_site",
    enabled: true,
    ipRules: { rules: [{ hostname: "localhost", ip: "10.9.0.0/16", action: "deny" }] },
    managedRulesets: { owasp: { sqli: { active: true, action: "deny" }, xss: { active: false, action: "deny" } } },
    rules: {
      rules: [
        rule("health", "path", "eq", "/api/health", { action: "bypass" }),
        rule("probes", "path", "re", "^/(?:\\.env|wp-admin)", { action: "deny", actionDuration: "1h" }),
        rule("api", "path", "pre", "/api/", { action: "rate_limit", rateLimit: limit }),
      ],
    },
  }),
];

const app: App = (request, project, variables) =>
  respond(
    200,
    JSON.stringify({
      project: project.name,
      path: request.path,
      query: String(request.query),
      greeting: variables.GREETING,
    }),
  );

describe("the edge", () => {
  let edge: EdgeServer;
  let clock = 0;

  beforeEach(async () => {
    clock = 1_000_000;
    edge = await startEdge({ world: compileWorld(resources, () => clock), app, httpPort: 0 });
  });
  afterEach(() => edge.close());

  const get = (host: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = httpRequest(
        {
          host: "127.0.0.1",
          port: edge.httpPort,
          path,
          headers: { ...headers, Host: `${host}:${edge.httpPort}` },
          agent: false,
        },
        (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            body += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        },
      );
      call.on("error", reject).end();
    });

  it("serves each project by its host names", async () => {
    expect(JSON.parse((await get("localhost", "/a?b=c")).body)).toMatchObject({
      project: "site",
      path: "/a",
      query: "b=c",
    });
    expect(JSON.parse((await get("hs.localhost", "/")).body)).toMatchObject({ project: "hs" });
    expect(JSON.parse((await get("thorbis.com.localhost", "/")).body)).toMatchObject({ project: "site" });
    expect(await get("nobody.localhost", "/")).toMatchObject({
      status: 404,
      headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" },
    });
  });

  it("applies rules in the declared order, later headers over earlier ones", async () => {
    expect((await get("localhost", "/")).headers).toMatchObject({
      "x-frame-options": "DENY",
      "cache-control": "no-store",
    });
    expect((await get("localhost", "/assets/a.js")).headers).toMatchObject({
      "cache-control": "public, max-age=31536000",
      "x-frame-options": "DENY",
    });
  });

  it("rewrites the marketing site's paths to the other projects", async () => {
    expect(JSON.parse((await get("localhost", "/hs/jobs?x=1")).body)).toMatchObject({
      project: "hs",
      path: "/jobs",
      query: "x=1",
    });
    expect(JSON.parse((await get("localhost", "/hs")).body)).toMatchObject({ project: "hs", path: "/" });
  });

  it("lets the rules behind a rewrite see the new path", async () => {
    expect(JSON.parse((await get("localhost", "/inner")).body)).toMatchObject({ path: "/assets/inner" });
  });

  it("redirects: domains, bulk redirects with their query, rules with a status, each under a condition of its own", async () => {
    expect(await get("www.localhost", "/p?q=1")).toMatchObject({
      status: 308,
      headers: { location: `http://localhost:${edge.httpPort}/p?q=1` },
    });
    expect(await get("localhost", "/old?q=1")).toMatchObject({ status: 301, headers: { location: "/new?q=1" } });
    expect(await get("localhost", "/moved/x")).toMatchObject({ status: 308, headers: { location: "/to/x" } });
  });

  it("cuts a circle of rewrites", async () => {
    expect((await get("localhost", "/loop")).status).toBe(508);
  });

  it("sets and deletes response headers by transforms", async () => {
    const { headers } = await get("localhost", "/transform");
    expect(headers["x-made"]).toBe("here");
    expect(headers).not.toHaveProperty("x-frame-options");
  });

  it("limits a client's requests with 429 and Retry-After, and lets health checks through", async () => {
    for (const _ of [1, 2, 3]) expect((await get("localhost", "/api/orders")).status).toBe(200);
    clock += 20_000;
    expect(await get("localhost", "/api/orders")).toMatchObject({ status: 429, headers: { "retry-after": "40" } });
    expect((await get("localhost", "/api/health")).status).toBe(200);
    expect((await get("localhost", "/api/orders", { "X-Forwarded-For": "203.0.113.9" })).status).toBe(200);
    clock += 40_000;
    expect((await get("localhost", "/api/orders")).status).toBe(200);
  });

  it("keeps a client out for as long as the rule says", async () => {
    expect((await get("localhost", "/.env")).status).toBe(403);
    expect((await get("localhost", "/")).status).toBe(403);
    clock += 3_600_001;
    expect((await get("localhost", "/")).status).toBe(200);
  });

  it("refuses addresses and what the active managed rules find, and no more", async () => {
    expect((await get("localhost", "/", { "X-Forwarded-For": "10.9.8.7" })).status).toBe(403);
    expect((await get("localhost", "/?q=1%27+or+1=1+union+all+select+1")).status).toBe(403);
    expect((await get("localhost", "/?q=%3Cscript%3E")).status).toBe(200);
  });

  it("protects every deployment but the visitors' domains, save for the bypass secret", async () => {
    expect((await get("site-preview.vercel.app.localhost", "/")).status).toBe(401);
    expect(
      (await get("site-preview.vercel.app.localhost", "/", { "x-vercel-protection-bypass": "wrong" })).status,
    ).toBe(401);
    expect(
      (await get("site-preview.vercel.app.localhost", "/", { "x-vercel-protection-bypass": "let-me-in" })).status,
    ).toBe(200);
    expect((await get("localhost", "/")).status).toBe(200);
  });

  it("hands the deployment its own environment variables", async () => {
    expect(JSON.parse((await get("localhost", "/")).body)).toMatchObject({ greeting: "hello" });
    const preview = await get("site-preview.vercel.app.localhost", "/", { "x-vercel-protection-bypass": "let-me-in" });
    expect(JSON.parse(preview.body).greeting).toBeUndefined();
  });

  it("serves changed rules from the next request on", async () => {
    edge.update(
      compileWorld(
        resources.filter(({ id }) => id !== "f1"),
        () => clock,
      ),
    );
    expect((await get("localhost", "/.env")).status).toBe(200);
  });
});

/**
 * `node bench/edge.ts [--seconds 5]`: the edge with all rules of a real project (headers, rate limit, firewall, managed
 * rules, rewrites) against the same server and the same page without rules, in the same run. The server is a process of
 * its own on one core, the load on another. Prints what a core-second of the server answers, the ratio, and how long a
 * request takes at 3,000 a second, from when it was due.
 */
import { execFileSync, fork } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { PropertyMap } from "../engine/values.ts";
import { compileWorld, type DeclaredResource } from "../sandbox/edge/project.ts";
import { startEdge } from "../sandbox/edge/server.ts";
import { referenceApp } from "../sandbox/reference/app.ts";
import { figure, tell } from "./figures.ts";
import { saturate, type Waiting, wait } from "./load.ts";

const CONNECTIONS = 24;
const WARM_UP_SECONDS = 1;
/** Requests a second at which the waiting is measured. */
const RATE = 3_000;
const HOST = "localhost";

const declare = (type: string, id: string, inputs: PropertyMap): DeclaredResource => ({
  type: `vercel:index/${type}`,
  id,
  inputs,
  outputs: inputs,
});

const project = [
  declare("project:Project", "prj", {
    name: "site",
    vercelAuthentication: { deploymentType: "standard_protection_new" },
  }),
  declare("projectDomain:ProjectDomain", "d", { projectId: "prj", domain: "localhost" }),
];

const headers: PropertyMap = {
  "Content-Security-Policy":
    "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
  "Cross-Origin-Resource-Policy": "same-site",
  "Reporting-Endpoints": 'csp="/api/csp-report"',
};

function rules(): DeclaredResource[] {
  const routes: PropertyMap[] = [
    {
      src: "^/(.*)$",
      has: [{ type: "header", key: "x-forwarded-proto", value: "gopher" }],
      dest: "https://localhost/$1",
      status: 308,
    },
    { src: "^/(.*)$", headers },
    { src: "^/_next/static/(.*)$", headers: { "Cache-Control": "public, max-age=31536000, immutable" } },
    { src: "^/(?!(?:api|_next|hs|rest|auto|ret)(?:/|$))(.*)$", headers: { "CDN-Cache-Control": "max-age=3600" } },
    { src: "^/api/(.*)$", headers: { "Cache-Control": "s-maxage=60, stale-while-revalidate" } },
    {
      src: "^/api/(?:auth|health|status|webhooks|csp-report)(?:/.*)?$",
      headers: { "Cache-Control": "private, no-store" },
    },
    ...["hs", "rest", "auto", "ret"].map((app) => ({ src: `^/${app}(?:/(.*))?$`, dest: `http://${app}.localhost/$1` })),
  ];
  const rule = (name: string, conditions: PropertyMap[], action: PropertyMap): PropertyMap => ({
    name,
    active: true,
    conditionGroups: [{ conditions }],
    action,
  });
  const limit = (count: number): PropertyMap => ({
    action: "rate_limit",
    rateLimit: { algo: "fixed_window", window: 60, limit: count, keys: ["ip"], action: "rate_limit" },
  });
  const owasp = Object.fromEntries(
    ["gen", "lfi", "ma", "rce", "rfi", "sd", "sf", "sqli", "xss"].map((name) => [
      name,
      { active: true, action: "deny" },
    ]),
  );
  return [
    ...routes.map((route, index) =>
      declare("projectRoute:ProjectRoute", `r${index}`, {
        projectId: "prj",
        srcSyntax: "regex",
        route,
        position: index === 0 ? { placement: "start" } : { placement: "after", referenceRouteId: `r${index - 1}` },
      }),
    ),
    declare("firewallConfig:FirewallConfig", "f", {
      projectId: "prj",
      enabled: true,
      ipRules: { rules: [{ hostname: "localhost", ip: "203.0.113.0/24", action: "deny" }] },
      managedRulesets: {
        owasp,
        aiBots: { active: true, action: "deny" },
        botProtection: { active: true, action: "log" },
      },
      rules: {
        rules: [
          rule("health", [{ type: "path", op: "eq", value: "/api/health" }], { action: "bypass" }),
          rule("probes", [{ type: "path", op: "re", value: "^/(?:\\.env|\\.git|wp-admin)" }], { action: "deny" }),
          rule(
            "log-ins",
            [
              { type: "path", op: "pre", value: "/api/auth/" },
              { type: "method", op: "eq", value: "POST" },
            ],
            limit(20),
          ),
          // Counted for every request, and never reached.
          rule("all", [{ type: "path", op: "pre", value: "/" }], limit(1_000_000_000)),
        ],
      },
    }),
  ];
}

interface Measured extends Waiting {
  /** Requests in a second of the server's processor time: what one core gives, however busy the machine is. */
  perCoreSecond: number;
}

/** Keeps a process to one core, where the system can: else the scheduler decides. */
function pin(pid: number | undefined, core: number): void {
  if (process.platform !== "linux" || pid === undefined || cpus().length < 2) return;
  try {
    execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
  } catch {
    // Not installed, or not allowed in this container.
  }
}

async function measure(kind: "bare" | "rules", seconds: number): Promise<Measured> {
  const child = fork(import.meta.filename, ["--serve", kind]);
  const port = await new Promise<number>((resolve) => child.once("message", (message) => resolve(Number(message))));
  pin(child.pid, 1);
  try {
    const used = async () => {
      child.send("usage");
      return new Promise<number>((resolve) => child.once("message", (message) => resolve(Number(message))));
    };
    await saturate(port, HOST, CONNECTIONS, WARM_UP_SECONDS);
    const before = await used();
    const { count } = await saturate(port, HOST, CONNECTIONS, seconds);
    const perCoreSecond = count / (((await used()) - before) / 1e6);
    return { ...(await wait(port, HOST, CONNECTIONS, RATE, seconds)), perCoreSecond };
  } finally {
    child.kill("SIGTERM");
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "5" }, serve: { type: "string" }, json: { type: "string" } },
  });
  if (values.serve !== undefined) {
    const world = compileWorld(values.serve === "rules" ? [...project, ...rules()] : project);
    const { httpPort } = await startEdge({ world, app: referenceApp(), httpPort: 0 });
    process.send?.(httpPort);
    process.on("message", () => {
      const { user, system } = process.cpuUsage();
      process.send?.(user + system);
    });
    return;
  }
  const seconds = Number(values.seconds);
  pin(process.pid, 0);
  const line = (name: string, { perSecond, perCoreSecond, p50, p99, lateP99 }: Measured) => {
    const capacity = `${perCoreSecond.toFixed(0).padStart(8)} requests a core-second`;
    const waiting = `at ${perSecond.toFixed(0)}/s p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    process.stdout.write(
      `${name.padEnd(16)}${capacity}   ${waiting} (the load itself was ${lateP99.toFixed(1)} ms late)\n`,
    );
  };
  const bare = await measure("bare", seconds);
  line("without rules", bare);
  const ruled = await measure("rules", seconds);
  line("with all rules", ruled);
  const figures = [
    figure(
      "edge with all rules, requests a core-second, against one without",
      "1/s",
      bare.perCoreSecond,
      ruled.perCoreSecond,
      0.6,
      true,
    ),
    figure("edge with all rules, against 3000 requests a core-second", "1/s", 3_000, ruled.perCoreSecond, 1, true),
    figure(`edge's p99 with all rules at ${RATE} requests a second, against 20 ms`, "ms", 20, ruled.p99, 1),
  ];
  tell(figures, values.json);
  process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
}

await main();

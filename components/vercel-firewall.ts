import type * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { demand } from "./invalid-argument.ts";

export interface VercelFirewallArgs {
  /** Requests to `/api` that one address may send in a minute. */
  readonly apiRequestsPerMinute: number;
  /** Attempts to log in that one address may make in a minute. @default 20 */
  readonly loginRequestsPerMinute?: number;
  /** Whether the managed rules block; without them only the limits and the paths below hold. */
  readonly managedRules: boolean;
  /** Whether traffic that looks like a bot's is challenged. */
  readonly challengeBots: boolean;
  /** Addresses or ranges that are refused on every host name of the app. */
  readonly deniedAddresses: readonly string[];
  /** The app's host names, to which the address rules apply. */
  readonly hostNames: readonly string[];
  /** While an attack lasts: every visitor is challenged until this moment. @default no attack */
  readonly attackModeUntil?: string;
}

/** OWASP's categories, as Vercel names them, that a Next.js app has reason to block. */
const blocked = ["gen", "lfi", "ma", "rce", "rfi", "sd", "sf", "sqli", "xss"] as const;

/** Paths that no app serves and that only scanners ask for. */
const probes = "^/(?:\\.env|\\.git|\\.aws|wp-admin|wp-login\\.php|xmlrpc\\.php|phpmyadmin|cgi-bin)";

/**
 * A project's firewall: managed rules, limits, paths and addresses. Its destruction switches the firewall off, and its
 * rules hold for every deployment of the project, which is why each environment has projects of its own.
 */
export function declareFirewall(
  name: string,
  projectId: pulumi.Input<string>,
  args: VercelFirewallArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new vercel.FirewallConfig(
    `${name}-firewall`,
    {
      projectId,
      enabled: true,
      managedRulesets: managedRulesets(args),
      rules: { rules: [healthBypass, refuseProbes, loginLimit(args), apiLimit(args)] },
      ...addressRules(args),
    },
    opts,
  );
  if (args.attackModeUntil === undefined) return;
  new vercel.AttackChallengeMode(
    `${name}-attack-mode`,
    { projectId, enabled: true, attackModeActiveUntil: Date.parse(args.attackModeUntil) },
    opts,
  );
}

export function validateFirewall(name: string, args: VercelFirewallArgs): void {
  for (const key of ["apiRequestsPerMinute", "loginRequestsPerMinute"] as const) {
    const limit = args[key] ?? 20;
    // The provider accepts a limit of 0 or below, and the edge then answers nobody.
    demand(Number.isInteger(limit) && limit > 0, `${name}.firewall.${key}`, `${limit} is no limit`, "Write 1 or more.");
  }
  const until = args.attackModeUntil;
  demand(
    until === undefined || !Number.isNaN(Date.parse(until)),
    `${name}.firewall.attackModeUntil`,
    `"${until}" is no moment`,
    "Write it in UTC, for example 2026-12-01T00:00:00Z.",
  );
}

function managedRulesets({ managedRules, challengeBots }: VercelFirewallArgs) {
  const rule = { active: managedRules, action: managedRules ? "deny" : "log" };
  return {
    owasp: Object.fromEntries(blocked.map((category) => [category, rule])),
    botProtection: { active: challengeBots, action: challengeBots ? "challenge" : "log" },
    aiBots: { active: challengeBots, action: challengeBots ? "deny" : "log" },
  };
}

const healthBypass = {
  name: "Health checks are never limited",
  description: "Route 53 asks from many regions at once",
  active: true,
  conditionGroups: [{ conditions: [{ type: "path", op: "eq", value: "/api/health" }] }],
  action: { action: "bypass" },
};

const refuseProbes = {
  name: "Refuse scanners",
  description: "Paths that no app serves",
  active: true,
  conditionGroups: [{ conditions: [{ type: "path", op: "re", value: probes }] }],
  action: { action: "deny", actionDuration: "1h" },
};

const limitPerMinute = (limit: number, action: string) => ({
  action: "rate_limit",
  rateLimit: { algo: "fixed_window", window: 60, limit, keys: ["ip"], action },
});

const loginLimit = ({ loginRequestsPerMinute = 20 }: VercelFirewallArgs) => ({
  name: "Limit log-ins",
  description: "Guessing passwords is slow",
  active: true,
  conditionGroups: [
    {
      conditions: [
        { type: "path", op: "pre", value: "/api/auth/" },
        { type: "method", op: "eq", value: "POST" },
      ],
    },
  ],
  action: limitPerMinute(loginRequestsPerMinute, "challenge"),
});

const apiLimit = ({ apiRequestsPerMinute }: VercelFirewallArgs) => ({
  name: "Limit API requests",
  description: "Requests of one address to the API in a minute",
  active: true,
  conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }],
  // The edge answers 429 with Retry-After.
  action: limitPerMinute(apiRequestsPerMinute, "rate_limit"),
});

function addressRules({ deniedAddresses, hostNames }: VercelFirewallArgs) {
  const rules = deniedAddresses.flatMap((ip) =>
    hostNames.map((hostname) => ({ hostname, ip, action: "deny", notes: "Refused by the stack's configuration" })),
  );
  return rules.length > 0 ? { ipRules: { rules } } : {};
}

import { z } from "zod";
import { distinct, field, httpsUrl, vercelRetention, whole } from "./fields.ts";

export const apis = z.strictObject({
  requestsPerMinute: field(whole(1, 1_000_000), "requests a minute that one client may send to an app's API", 5000),
  timeoutSeconds: field(whole(1, 300), "seconds after which an API call is given up", 10),
  retries: field(whole(0, 10), "how often a failed API call is repeated", 3),
});

export const cdn = z.strictObject({
  enabled: field(z.boolean(), "whether pages are cached at the edge", true),
  cacheSeconds: field(whole(0, 31_536_000), "seconds for which the edge keeps a page", 3600),
});

const address = z
  .string()
  .regex(
    /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$|\/)|(?=$|\/))){4}(?:\/(?:[12]?\d|3[0-2]))?$/,
    "is no IPv4 address or range",
  );

export const security = z.strictObject({
  strictMode: field(z.boolean(), "whether the strictest headers and policies hold", true),
  developerTools: field(z.boolean(), "whether preview comments and `unsafe-eval` are allowed", false),
  waf: field(z.boolean(), "whether the managed firewall rules block", true),
  ddosProtection: field(z.boolean(), "whether bots are challenged", true),
  deniedAddresses: field(z.array(address), "addresses or ranges that every app refuses", ["203.0.113.0/24"]),
  attackModeUntil: field(
    z.iso.datetime({ offset: false }).optional(),
    "while an attack lasts: every visitor is challenged until this moment (UTC)",
    "2026-12-01T00:00:00Z",
  ),
});

export const vercel = z.strictObject({
  team: field(
    z.string().regex(/^team_[A-Za-z0-9]{8,40}$/, "is no Vercel team id"),
    "the team's id",
    "team_SandboxThorbis0001",
  ),
  teamSlug: field(
    z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, "is no name of a Vercel team"),
    "the team's name in Vercel's addresses",
    "thorbis",
  ),
  repository: field(
    z.string().regex(/^[\w.-]+\/[\w.-]+$/, "is no repository such as owner/name"),
    "the applications' repository on GitHub",
    "thorbis/business-os",
  ),
  productionBranch: field(
    z.string().regex(/^[\w./-]{1,100}$/, "is no branch name"),
    "the branch this environment follows",
    "main",
  ),
  functionRegion: field(z.string().regex(/^[a-z]{3}1$/, "is no Vercel region"), "where functions run", "iad1"),
  functionTimeoutSeconds: field(whole(1, 900), "seconds after which a function is stopped", 30),
  nodeVersion: field(z.enum(["20.x", "22.x", "24.x"]), "the Node.js of builds and functions", "22.x"),
  variableTargets: field(
    distinct(z.enum(["production", "preview", "development"])),
    "which of a project's targets receive the variables",
    ["production"],
  ),
  previews: field(z.boolean(), "whether pull requests get a deployment in this environment's projects", false),
  previewProtection: field(
    z.enum(["standard_protection_new", "all_deployments", "only_preview_deployments", "none"]),
    "who must log in to Vercel to see a deployment",
    "standard_protection_new",
  ),
  customEnvironments: field(
    z.array(
      z.strictObject({
        name: field(
          z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "is no environment name"),
          "the environment's name",
          "qa",
        ),
        branch: field(z.string().min(1).max(100), "the branch it follows", "qa"),
      }),
    ),
    "environments beside production and preview",
    [{ name: "qa", branch: "qa" }],
  ),
  retention: z.strictObject({
    production: field(vercelRetention(), "how long replaced production deployments are kept", "1y"),
    preview: field(vercelRetention(), "how long previews are kept", "1m"),
    canceled: field(vercelRetention(), "how long cancelled deployments are kept", "1w"),
    errored: field(vercelRetention(), "how long failed deployments are kept", "1m"),
  }),
  crons: field(z.boolean(), "whether the apps' cron jobs run", true),
  logDrain: field(
    z
      .strictObject({ endpoint: field(httpsUrl(), "where logs are sent", "https://logs.example.com/vercel") })
      .optional(),
    "sends the apps' logs to a collector",
    { endpoint: "https://logs.example.com/vercel" },
  ),
});

/** How a new deployment reaches users. */
export const rollout = z.discriminatedUnion("strategy", [
  z.strictObject({ strategy: z.literal("instant") }),
  z.strictObject({
    strategy: z.literal("rolling"),
    stages: field(
      z
        .array(
          z.strictObject({
            percent: field(whole(1, 100), "share of visitors that sees the new deployment", 25),
            minutes: field(whole(1, 10_000).optional(), "how long the stage lasts; the last one has no end", 10),
          }),
        )
        .min(2)
        .max(10),
      "rising shares; the last is 100",
      [{ percent: 10, minutes: 10 }, { percent: 100 }],
    ),
  }),
]);

export const featureFlags = field(
  z.record(
    z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, "is no flag name in kebab-case"),
    z.strictObject({
      enabled: field(z.boolean(), "whether the feature is on", true),
      percent: field(whole(0, 100), "share of users that sees it when it is on", 100),
    }),
  ),
  "features that are switched without a deployment",
  { "ai-assistant": { enabled: true, percent: 25 } },
);

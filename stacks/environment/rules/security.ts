import { rule } from "../rule.ts";

const must = (path: string, reason: string, remedy: string) => ({ path, reason, remedy });

export const securityRules = [
  rule(["tier", "database.tls"], (tier, tls) =>
    tier !== "development" && !tls
      ? must(
          "database.tls",
          `is off, and the tier is ${tier}`,
          "Write true: passwords and data would cross the network in plain text.",
        )
      : undefined,
  ),
  rule(["database.tls", "database.server"], (tls, server) =>
    !tls && server.kind === "aurora"
      ? must("database.tls", "is off, but Aurora is reached over TLS only", "Write true.")
      : undefined,
  ),
  rule(["tier", "security.waf"], (tier, waf) =>
    tier === "production" && !waf
      ? must("security.waf", "is off in production", "Write true: the managed firewall rules must block.")
      : undefined,
  ),
  rule(["tier", "security.ddosProtection"], (tier, on) =>
    tier === "production" && !on
      ? must("security.ddosProtection", "is off in production", "Write true: bots must be challenged.")
      : undefined,
  ),
  rule(["tier", "security.strictMode"], (tier, strict) =>
    tier !== "development" && !strict
      ? must("security.strictMode", `is off, and the tier is ${tier}`, "Write true.")
      : undefined,
  ),
  rule(["tier", "security.developerTools"], (tier, tools) =>
    tier !== "development" && tools
      ? must("security.developerTools", `is on, and the tier is ${tier}`, "Write false: it allows `unsafe-eval`.")
      : undefined,
  ),
  rule(["security.strictMode", "security.developerTools"], (strict, tools) =>
    strict && tools
      ? must("security.developerTools", "contradicts security.strictMode", "Switch one of them off.")
      : undefined,
  ),
  rule(["tier", "operatorSecrets"], (tier, source) =>
    tier !== "development" && source !== "required"
      ? must(
          "operatorSecrets",
          `is "${source}", and the tier is ${tier}`,
          'Write "required": examples are no credentials.',
        )
      : undefined,
  ),
  rule(["tier", "vercel.variableTargets"], (tier, targets) =>
    tier !== "development" && targets.includes("development")
      ? must(
          "vercel.variableTargets",
          `names development, and the tier is ${tier}`,
          "Remove it: Vercel can't keep a variable of that target secret.",
        )
      : undefined,
  ),
  rule(["tier", "vercel.variableTargets"], (tier, targets) =>
    tier === "production" && targets.includes("preview")
      ? must(
          "vercel.variableTargets",
          "gives production's variables to previews",
          "Remove preview: a pull request's code must not see production's secrets.",
        )
      : undefined,
  ),
  rule(["tier", "vercel.previews"], (tier, previews) =>
    tier === "production" && previews
      ? must("vercel.previews", "is on in production", "Write false: previews belong to staging's projects.")
      : undefined,
  ),
  rule(["vercel.previews", "vercel.variableTargets"], (previews, targets) =>
    previews && !targets.includes("preview")
      ? must(
          "vercel.previews",
          "is on, but no variable reaches previews",
          "Add preview to vercel.variableTargets, or switch previews off.",
        )
      : undefined,
  ),
  rule(["vercel.previews", "vercel.previewProtection"], (previews, protection) =>
    previews && protection === "none"
      ? must(
          "vercel.previewProtection",
          "is none while previews are on",
          "Write standard_protection_new: anybody could read them.",
        )
      : undefined,
  ),
  rule(["vercel.customEnvironments"], (environments) =>
    environments
      .filter(({ name }) => name === "production" || name === "preview" || name === "development")
      .map(({ name }) =>
        must(
          `vercel.customEnvironments[${environments.findIndex((environment) => environment.name === name)}].name`,
          `"${name}" is a target that every project has`,
          "Write another name, for example qa.",
        ),
      ),
  ),
  rule(["tier", "helpdesk.rateLimit"], (tier, { enabled }) =>
    tier === "production" && !enabled
      ? must("helpdesk.rateLimit.enabled", "is off in production", "Write true.")
      : undefined,
  ),
];

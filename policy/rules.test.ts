import * as fs from "node:fs";
import * as path from "node:path";
import { TIERS } from "./rule.ts";
import { rulesWith } from "./rules.ts";

const rules = rulesWith([]);
const folder = path.join(__dirname, "rules");
const LETTERS = { mandatory: "M", advisory: "a", disabled: "-" };

/** The contract: what is promised to whoever relies on the pack. Levels in development, staging, production. */
const CONTRACT = [
  ["aws-alarm-actions", "high", "aMM"],
  ["aws-alarm-can-fire", "high", "MMM"],
  ["aws-alarm-composite-rule", "high", "MMM"],
  ["aws-alarm-critical-pager", "high", "--a"],
  ["aws-alarm-runbook", "medium", "aaa"],
  ["aws-alarm-unique-name", "high", "MMM"],
  ["aws-apigateway-tls", "high", "aMM"],
  ["aws-budget-recipients", "medium", "aMM"],
  ["aws-cloudfront-tls", "high", "aMM"],
  ["aws-cost-anomaly", "low", "aMM"],
  ["aws-cost-within-budget", "medium", "aMM"],
  ["aws-ec2-egress", "low", "aaa"],
  ["aws-ec2-ingress", "critical", "MMM"],
  ["aws-ecs-image-digest", "high", "-MM"],
  ["aws-ecs-service-launch", "medium", "MMM"],
  ["aws-ecs-task-size", "medium", "MMM"],
  ["aws-elasticache-at-rest-encryption", "high", "MMM"],
  ["aws-elasticache-auth", "high", "MMM"],
  ["aws-elasticache-failover", "high", "--a"],
  ["aws-elasticache-snapshots", "medium", "--a"],
  ["aws-elasticache-transit-encryption", "high", "MMM"],
  ["aws-iam-oidc-bound", "critical", "MMM"],
  ["aws-iam-role-trust", "critical", "MMM"],
  ["aws-iam-star-on-star", "critical", "MMM"],
  ["aws-iam-user", "high", "aaa"],
  ["aws-iam-wildcard-arn", "medium", "aaa"],
  ["aws-lb-tls", "high", "aMM"],
  ["aws-log-encryption", "medium", "-aa"],
  ["aws-log-retention", "medium", "MMM"],
  ["aws-opensearch-tls", "high", "aMM"],
  ["aws-provider-account", "high", "-aa"],
  ["aws-rds-encryption", "high", "MMM"],
  ["aws-rds-private", "critical", "MMM"],
  ["aws-rds-recovery", "high", "-aM"],
  ["aws-region-allowed", "high", "MMM"],
  ["aws-resource-policy-open", "critical", "MMM"],
  ["aws-s3-acl", "critical", "MMM"],
  ["aws-s3-bucket-name", "low", "MMM"],
  ["aws-s3-encryption", "high", "aaa"],
  ["aws-s3-force-destroy", "high", "aMM"],
  ["aws-s3-lifecycle-effect", "medium", "MMM"],
  ["aws-s3-object-lock", "high", "--a"],
  ["aws-s3-public-access", "critical", "MMM"],
  ["aws-s3-replication", "high", "--a"],
  ["aws-s3-retention", "high", "aaa"],
  ["aws-s3-tls-only", "high", "aMM"],
  ["aws-s3-versioning", "high", "MMM"],
  ["aws-schedule-runs", "high", "MMM"],
  ["aws-tags-required", "low", "aaa"],
  ["postgresql-connections-total", "medium", "aaa"],
  ["postgresql-grant-complete", "medium", "MMM"],
  ["postgresql-grants-chained", "medium", "aaa"],
  ["postgresql-provider-tls", "high", "-MM"],
  ["postgresql-role-connection-limit", "medium", "aaa"],
  ["postgresql-role-membership", "medium", "MMM"],
  ["postgresql-role-password", "critical", "MMM"],
  ["postgresql-role-privileges", "critical", "MMM"],
  ["pulumi-data-deleted", "critical", "aMM"],
  ["pulumi-data-protected", "high", "-aa"],
  ["pulumi-data-replaced", "critical", "aMM"],
  ["pulumi-inputs-plain-secret", "critical", "MMM"],
  ["pulumi-outputs-plain-secret", "critical", "MMM"],
  ["pulumi-provider-explicit", "high", "aaa"],
  ["pulumi-provider-version", "medium", "MMM"],
  ["pulumi-resource-renamed", "medium", "aaa"],
  ["pulumi-stack-size", "low", "aaa"],
  ["pulumi-waiver-in-force", "low", "aaa"],
  ["pulumi-waiver-needed", "low", "aaa"],
  ["pulumi-waiver-valid", "high", "MMM"],
  ["vercel-environment-name", "medium", "MMM"],
  ["vercel-firewall-on", "high", "-aa"],
  ["vercel-firewall-rate-limit", "high", "MMM"],
  ["vercel-firewall-rules", "medium", "MMM"],
  ["vercel-headers-clean-values", "high", "MMM"],
  ["vercel-headers-conflicts", "medium", "MMM"],
  ["vercel-headers-content-type", "medium", "aMM"],
  ["vercel-headers-csp-enforced", "high", "aMM"],
  ["vercel-headers-csp-strength", "high", "aMM"],
  ["vercel-headers-declared", "medium", "aaa"],
  ["vercel-headers-frame-options", "medium", "aMM"],
  ["vercel-headers-isolation", "medium", "aaa"],
  ["vercel-headers-observatory", "medium", "-aM"],
  ["vercel-headers-permissions-policy", "low", "aaa"],
  ["vercel-headers-private-cache", "critical", "MMM"],
  ["vercel-headers-referrer-policy", "low", "aaa"],
  ["vercel-headers-strict-transport", "high", "aMM"],
  ["vercel-headers-xss-protection", "low", "aMM"],
  ["vercel-log-drain-target", "high", "MMM"],
  ["vercel-project-variables", "high", "MMM"],
  ["vercel-properties-known", "medium", "MMM"],
  ["vercel-release-stages", "medium", "MMM"],
  ["vercel-route-position", "medium", "MMM"],
  ["vercel-variable-development-target", "high", "MMM"],
  ["vercel-variable-public-secret", "critical", "MMM"],
  ["vercel-variable-replacement", "medium", "aaa"],
  ["vercel-variable-secret-value", "critical", "MMM"],
  ["vercel-variable-sensitive", "high", "MMM"],
  ["vercel-variable-write-only", "medium", "aaa"],
  ["web-performance-budget", "medium", "aaa"],
];

test("the pack holds exactly these rules, at these severities and levels", () => {
  const found = rules.map(({ levels, name, severity }) => [
    name,
    severity,
    TIERS.map((tier) => LETTERS[levels[tier]]).join(""),
  ]);
  expect(found.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))).toEqual(CONTRACT);
});

test("every file in rules/ is a rule of the pack, and has a test", () => {
  const files = fs.readdirSync(folder);
  const sources = files.filter((file) => !file.endsWith(".test.ts")).map((file) => file.replace(/\.ts$/, ""));
  const names = rules.map(({ name }) => name.replace(/^pulumi-waiver-.*/, "pulumi-waiver"));
  expect([...new Set(names)].sort()).toEqual(sources.sort());
  expect(sources.filter((source) => !files.includes(`${source}.test.ts`))).toEqual([]);
});

test("every rule's test goes through the kit, which asks for broken, missing, unknown and elsewhere", () => {
  const without = rules.filter(({ kind, name }) => {
    const source = fs.readFileSync(
      path.join(folder, `${name.replace(/^pulumi-waiver-.*/, "pulumi-waiver")}.test.ts`),
      "utf8",
    );
    const identifier = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return !source.includes(`${kind === "step" ? "describeStepRule" : "describeRule"}(${identifier},`);
  });
  expect(without.map(({ name }) => name)).toEqual([]);
});

test.each(rules.map((rule) => [rule.name, rule] as const))("%s says all that people need", (_, rule) => {
  expect(rule.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
  expect(rule.description).toMatch(/^[A-Z][^\n]+\.$/);
  expect(rule.remediation).toMatch(/^[A-Z][^\n]+\.$/);
  expect(rule.link).toMatch(/^https:\/\//);
  expect(rule.frameworks.length).toBeGreaterThan(0);
  for (const { default: value, description, type } of Object.values(rule.settings)) {
    expect(description).not.toBe("");
    expect(Array.isArray(value) ? "array" : typeof value).toBe(type === "integer" ? "number" : type);
  }
});

test("names no product of ours outside configuration and waivers", () => {
  const sources = fs
    .readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ts$/.test(file) && !/test/.test(file));
  const naming = sources.filter((file) =>
    /thorbis:|thorbis-|helpdesk/i.test(fs.readFileSync(path.join(__dirname, file), "utf8")),
  );
  expect(naming).toEqual([]);
});

test("imports no provider's SDK", () => {
  const sources = fs
    .readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const importing = sources.filter((file) =>
    /from "@pulumi\/(?!policy")/.test(fs.readFileSync(path.join(__dirname, file), "utf8")),
  );
  expect(importing).toEqual([]);
});

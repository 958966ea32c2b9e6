/**
 * What the pack has to find, item by item, and where a test shows that it does: what the providers accept although it is
 * wrong, what others' outages taught, and the ways around a rule. An item names a rule and a promise of its test.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { rulesWith } from "./rules.ts";

type Item = readonly [what: string, rule: string, promise: string];

const AWS: readonly Item[] = [
  ["upper-case bucket names", "aws-s3-bucket-name", "refuses capitals"],
  ["lifecycle rules without filter", "aws-s3-lifecycle-effect", "refuses a rule without filter"],
  ["lifecycle rules without action", "aws-s3-lifecycle-effect", "refuses a rule without action"],
  ["an auth token without TLS", "aws-elasticache-auth", "refuses a token without TLS"],
  ["nonsense in a composite rule", "aws-alarm-composite-rule", "refuses nonsense, which the provider accepts"],
  ["schedules like `every hour`", "aws-schedule-runs", "refuses words"],
  ["unknown time zones", "aws-schedule-runs", "refuses a zone that does not exist"],
  ["a flexible window without minutes", "aws-schedule-runs", "refuses a window without minutes"],
  ["launchType with capacity providers", "aws-ecs-service-launch", "refuses two ways to be placed"],
  ["Fargate tasks without CPU", "aws-ecs-task-size", "refuses a task without CPU"],
  ["Fargate tasks without memory", "aws-ecs-task-size", "refuses a task without memory"],
  ["budget notifications without a subscriber", "aws-budget-recipients", "refuses a notification to nobody"],
  ["datapointsToAlarm above evaluationPeriods", "aws-alarm-can-fire", "refuses more bad points than it looks at"],
  ["min and max of 100 % healthy", "aws-ecs-service-launch", "refuses a rollout without room"],
  ["an alarm that overwrites another by name", "aws-alarm-unique-name", "refuses a second alarm of the name"],
  ["a provider without its account's id", "aws-provider-account", "refuses a provider for any account"],
  ["a default provider", "pulumi-provider-explicit", "refuses a default provider"],
  ["authTokenUpdateStrategy left out", "aws-elasticache-auth", "refuses a token without strategy"],
  ["a security group open to the world", "aws-ec2-ingress", "refuses a database's port for the world"],
  ["egress to anywhere", "aws-ec2-egress", "tells of everything to everybody"],
];

const VERCEL: readonly Item[] = [
  ["rate_limit without rateLimit", "vercel-firewall-rate-limit", "refuses an action without limit"],
  ["window 0", "vercel-firewall-rate-limit", "refuses a window of nothing"],
  ["negative limits", "vercel-firewall-rate-limit", "refuses a negative limit"],
  ["redirect without target", "vercel-firewall-rules", "refuses a redirect to nowhere"],
  ["unknown managed-ruleset actions", "vercel-firewall-rules", "refuses an unknown action of a managed ruleset"],
  ["invalid IPs", "vercel-firewall-rules", "refuses an address that is none, in a condition"],
  ["negation before 5.5", "vercel-firewall-rules", "refuses a negated condition with a provider that gets it wrong"],
  ["drain endpoints that are no URL", "vercel-log-drain-target", "refuses an endpoint that is none"],
  ["a drain without projects covers all", "vercel-log-drain-target", "refuses all projects of the team"],
  ["rollout stages that do not rise", "vercel-release-stages", "refuses a share that falls"],
  ["a custom environment named `production`", "vercel-environment-name", "refuses one of Vercel's own names"],
  ["unknown properties, dropped silently", "vercel-properties-known", "refuses a misspelt property"],
  ["ENV_ALREADY_EXISTS", "vercel-variable-replacement", "refuses a missing option"],
  ["variables that are not `sensitive`", "vercel-variable-sensitive", "refuses a switch that is missing"],
  ["secrets with the target development", "vercel-variable-development-target", "refuses a secret on laptops"],
  [
    "bulk values that the SDK does not mark secret",
    "vercel-variable-secret-value",
    "refuses bulk values, which the SDK does not mark",
  ],
  ["valueWo, whose changes are not detected", "vercel-variable-write-only", "tells of a write-only value"],
  ["environments on a Project", "vercel-project-variables", "refuses variables on the project"],
  ["a ProjectRoute without position", "vercel-route-position", "refuses a rule without place"],
];

const POSTGRESQL: readonly Item[] = [
  ["parallel grants on one database", "postgresql-grants-chained", "tells of two that may run at once"],
  ["a table's grant without schema", "postgresql-grant-complete", "refuses a table's grant without schema"],
  ["a privilege in lower case", "postgresql-grant-complete", "refuses lower case"],
  ["an unknown privilege", "postgresql-grant-complete", "refuses a privilege that does not exist"],
  ["GrantRole on a role that Role also manages", "postgresql-role-membership", "refuses both mechanisms"],
  ["a superuser for an application", "postgresql-role-privileges", "refuses a superuser"],
  ["passwords that are not secret", "postgresql-role-password", "refuses a password in plain text"],
  ["no TLS", "postgresql-provider-tls", "refuses plain text"],
  ["a limit below the pool", "postgresql-role-connection-limit", "refuses a limit below the pool"],
  [
    "limits above what the server accepts",
    "postgresql-connections-total",
    "refuses limits that the instance's class cannot hold",
  ],
];

const EVASIONS: readonly Item[] = [
  ["header names in other cases", "vercel-headers-strict-transport", "accepts another spelling of the name"],
  ["headers twice, in other cases", "vercel-headers-conflicts", "refuses two spellings in one rule"],
  [
    "headers split over several rules",
    "vercel-headers-csp-enforced",
    "puts headers together that stand in several rules",
  ],
  [
    "a later rule that weakens an earlier one",
    "vercel-headers-strict-transport",
    "refuses a later rule that weakens it for one path",
  ],
  ["CSP in report-only", "vercel-headers-csp-enforced", "refuses a policy that only reports"],
  ["unsafe-inline beside a nonce", "vercel-headers-csp-strength", "refuses inline scripts beside a nonce"],
  ["wildcards by scheme", "vercel-headers-csp-strength", "refuses a wildcard by scheme"],
  ["wildcards of shared hosts", "vercel-headers-csp-strength", "refuses a wildcard of a shared host"],
  ["HSTS by subdomain only", "vercel-headers-strict-transport", "refuses a header for a subdomain only"],
  ["a bucket policy that allows by a negated condition", "aws-s3-tls-only", "refuses everybody by a negated condition"],
  ["* in an ARN's middle", "aws-iam-wildcard-arn", "refuses a wildcard in the middle"],
  ["a secret in base64", "pulumi-inputs-plain-secret", "refuses a secret in base64"],
  ["a secret in JSON inside a string", "pulumi-inputs-plain-secret", "refuses a secret in JSON inside a text"],
  ["a secret in a tag", "pulumi-inputs-plain-secret", "refuses a secret in a tag"],
  ["the world in two halves", "aws-ec2-ingress", "refuses the world in two halves"],
  ["a range of ports between two open ones", "aws-ec2-ingress", "refuses a range that begins and ends at web ports"],
];

const names = new Set(rulesWith([]).map(({ name }) => name));

describe.each([
  ["AWS accepts although wrong", AWS],
  ["Vercel accepts although wrong", VERCEL],
  ["PostgreSQL accepts although wrong", POSTGRESQL],
  ["a way around a rule", EVASIONS],
])("%s", (_, items) => {
  test.each(items)("%s: %s", (_what, rule, promise) => {
    expect(names).toContain(rule);
    const source = fs.readFileSync(path.join(__dirname, "rules", `${rule}.test.ts`), "utf8");
    const promises = [...source.matchAll(/^ {4}"?([^"\n]+?)"?: \{/gm)].map(([, name]) => name ?? "");
    expect(promises.filter((name) => name.includes(promise))).not.toEqual([]);
  });
});

import { environmentOf, type StackName, set } from "../testing/stack-files.ts";
import { configurationProblems } from "./judgement.ts";

type Mutation = readonly [stack: StackName, path: string, value: unknown, reason: RegExp, reported?: string];

const p = "production";
const s = "staging";
const d = "development";

/** One wrong value in an otherwise right file, and where and why it must be refused. */
const wrongTypes: readonly Mutation[] = [
  [p, "name", 5, /text/],
  [p, "tier", true, /one of/],
  [p, "owner", 1, /text/],
  [p, "costCenter", 1003, /text/],
  [p, "domain", ["thorbis.com"], /text/],
  [p, "aws", "us-east-1", /group of keys/],
  [p, "aws.accountId", 418295700163, /text/],
  [p, "aws.region", null, /text/],
  [p, "aws.replicaRegion", false, /text/],
  [p, "aws.network", [], /group of keys/],
  [p, "aws.network.cidr", 10, /text/],
  [p, "aws.network.availabilityZones", "us-east-1a", /list/],
  [p, "aws.network.natGateways", 3, /one of/],
  [p, "access.repository", {}, /text/],
  [p, "access.branch", 1, /text/],
  [p, "vercel.team", 1, /text/],
  [p, "vercel.repository", null, /text/],
  [p, "vercel.functionTimeoutSeconds", "30", /number/],
  [p, "vercel.nodeVersion", 22, /one of/],
  [p, "vercel.variableTargets", "production", /list/],
  [p, "vercel.previews", "no", /true or false/],
  [p, "vercel.customEnvironments", {}, /list/],
  [p, "vercel.retention", "1y", /group of keys/],
  [p, "vercel.crons", 1, /true or false/],
  [p, "vercel.logDrain", "https://logs.example.com", /group of keys/],
  [p, "apps", ["site"], /group of keys/],
  [p, "apps.site", "thorbis.com", /group of keys/],
  [p, "apps.hs.domains", "hs.thorbis.com", /list/],
  [p, "apis.requestsPerMinute", "10000", /number/],
  [p, "apis.timeoutSeconds", null, /number/],
  [p, "apis.retries", 1.5, /whole number/],
  [p, "cdn.enabled", "true", /true or false/],
  [p, "cdn.cacheSeconds", "1 day", /number/],
  [p, "security.strictMode", 1, /true or false/],
  [p, "security.waf", "on", /true or false/],
  [p, "security.deniedAddresses", "203.0.113.7", /list/],
  [p, "rollout", "rolling", /group of keys/],
  [p, "featureFlags", [], /group of keys/],
  [p, "featureFlags.ai-assistant", true, /group of keys/],
  [p, "database.poolSize", "50", /number/],
  [p, "database.tls", "require", /true or false/],
  [p, "database.server", "aurora", /group of keys/],
  [p, "database.server.version", 16, /text/],
  [p, "redis.nodes", "three", /number/],
  [p, "redis.version", 7.1, /text/],
  [p, "continuity.objectLock", "yes", /true or false/],
  [p, "continuity.backupRetentionDays", "30 days", /number/],
  [p, "monitoring.enabled", 1, /true or false/],
  [p, "monitoring.thresholds", null, /group of keys/],
  [p, "monitoring.thresholds.maxErrorRatePercent", "5%", /number/],
  [p, "notifications.email", "oncall@thorbis.com", /list/],
  [p, "notifications.slack", true, /group of keys/],
  [p, "notifications.routes.critical", "slack", /list/],
  [p, "budget", 4500, /group of keys/],
  [p, "budget.monthlyDollars", "$4500", /number/],
  [p, "maintenance.enabled", "daily", /true or false/],
  [p, "helpdesk", null, /group of keys/],
  [p, "helpdesk.web.cpuUnits", "1024", /one of/],
  [p, "helpdesk.queue.deadLetters", "yes", /true or false/],
  [p, "helpdesk.attachments.allowedMimeTypes", "image/png", /list/],
  [p, "variables", [], /group of keys/],
  [p, "operatorSecrets", true, /one of/],
];

const wrongRanges: readonly Mutation[] = [
  [p, "name", "Production", /no environment name/],
  [p, "owner", "x", /2 characters/],
  [p, "costCenter", "1003", /no cost centre/],
  [p, "domain", "https://thorbis.com", /no host name/],
  [p, "domain", "Thorbis.com", /no host name/],
  [p, "aws.accountId", "41829570016", /no AWS account/],
  [p, "aws.region", "us-east", /no AWS region/],
  [p, "aws.region", "eu-middle-1", /no AWS region/],
  [p, "aws.network.cidr", "192.168.0.0/16", /private \/16/],
  [p, "aws.network.cidr", "10.300.0.0/16", /private \/16/],
  [p, "aws.network.availabilityZones", [], /at least 1/],
  [p, "aws.network.availabilityZones", ["us-east-1a", "us-east-1a"], /twice/],
  [
    p,
    "aws.network.availabilityZones",
    ["use1-az1", "us-east-1b"],
    /no availability zone/,
    "aws.network.availabilityZones[0]",
  ],
  [p, "access.repository", "thorbis", /owner\/name/],
  [p, "access.branch", "main branch", /no branch/],
  [p, "vercel.team", "thorbis", /no Vercel team/],
  [p, "vercel.teamSlug", "Thorbis:*", /no name of a Vercel team/],
  [p, "vercel.repository", "github.com/thorbis/business-os", /owner\/name/],
  [p, "vercel.functionRegion", "us-east-1", /no Vercel region/],
  [p, "vercel.functionTimeoutSeconds", 901, /at most 900/],
  [p, "vercel.functionTimeoutSeconds", 0, /at least 1/],
  [p, "vercel.nodeVersion", "16.x", /one of/],
  [p, "vercel.variableTargets", [], /at least 1/],
  [p, "vercel.variableTargets", ["live"], /one of/, "vercel.variableTargets[0]"],
  [p, "vercel.previewProtection", "password", /one of/],
  [p, "vercel.retention.production", "2y", /one of/],
  [p, "vercel.retention.preview", "30d", /one of/],
  [p, "vercel.logDrain.endpoint", "http://logs.thorbis.com", /no https URL/],
  [
    p,
    "vercel.customEnvironments",
    [{ name: "QA!", branch: "qa" }],
    /no environment name/,
    "vercel.customEnvironments[0].name",
  ],
  [p, "apps.hs.domains", [], /at least 1/],
  [p, "apps.hs.domains", ["hs thorbis com"], /no host name/, "apps.hs.domains[0]"],
  [p, "apps.hs.domains", ["hs.thorbis.com", "hs.thorbis.com"], /twice/],
  [p, "apis.requestsPerMinute", 0, /at least 1/],
  [p, "apis.requestsPerMinute", -5, /at least 1/],
  [p, "apis.timeoutSeconds", 301, /at most 300/],
  [p, "apis.retries", 11, /at most 10/],
  [p, "cdn.cacheSeconds", -1, /at least 0/],
  [p, "security.deniedAddresses", ["203.0.113.999"], /no IPv4/, "security.deniedAddresses[0]"],
  [p, "security.deniedAddresses", ["203.0.113.0/33"], /no IPv4/, "security.deniedAddresses[0]"],
  [p, "security.attackModeUntil", "tomorrow", /no moment/],
  [p, "rollout.stages", [{ percent: 100 }], /at least 2/],
  [p, "rollout.stages.0.percent", 0, /at least 1/, "rollout.stages[0].percent"],
  [p, "rollout.stages.0.minutes", 0, /at least 1/, "rollout.stages[0].minutes"],
  [p, "featureFlags.ai-assistant.percent", 101, /at most 100/],
  [p, "featureFlags", { "AI Assistant": { enabled: true, percent: 1 } }, /no flag name/, "featureFlags.AI Assistant"],
  [p, "database.poolSize", 0, /at least 1/],
  [p, "database.poolSize", 501, /at most 500/],
  [p, "database.readReplicas", 16, /at most 15/],
  [p, "database.slowQueryMilliseconds", 1, /at least 10/],
  [p, "database.server.instanceClass", "r7g.large", /no instance class/],
  [p, "database.server.version", "sixteen", /no Postgres version/],
  [p, "database.server.administrator", "Platform Admin", /no role name/],
  [p, "database.server.backupRetentionDays", 36, /at most 35/],
  [p, "database.server.backupWindow", "25:00-26:00", /no daily window/],
  [p, "database.server.maintenanceWindow", "Sunday 02:00", /no weekly window/],
  [d, "database.server.port", 70000, /at most 65535/],
  [d, "database.server.host", "local_host", /no host name/],
  [p, "redis.version", "7.1.0", /no version/],
  [p, "redis.version", "7", /no version/],
  [p, "redis.nodeType", "t4g.small", /no node type/],
  [p, "redis.nodes", 7, /at most 6/],
  [p, "redis.snapshotRetentionDays", 36, /at most 35/],
  [p, "redis.snapshotWindow", "03:30", /no daily window/],
  [p, "redis.maintenanceWindow", "sun:05:00", /no weekly window/],
  [p, "continuity.dataProtection", "maybe", /one of/],
  [p, "continuity.backupRetentionDays", 0, /at least 1/],
  [p, "continuity.logRetentionDays", 45, /one of/],
  [p, "continuity.recoveryPointMinutes", 0, /at least 5/],
  [p, "continuity.recoveryTimeMinutes", 100_000, /at most/],
  [p, "continuity.auditRetentionDays", 90, /at least 91/],
  [p, "monitoring.logLevel", "verbose", /one of/],
  [p, "monitoring.availabilityPercent", 100, /less than 100/],
  [p, "monitoring.thresholds.maxErrorRatePercent", 0, /more than 0/],
  [p, "monitoring.thresholds.maxErrorRatePercent", 120, /less than 100/],
  [p, "monitoring.thresholds.maxMeanResponseSeconds", 61, /at most 60/],
  [p, "monitoring.thresholds.maxQueueDepth", 0, /at least 1/],
  [p, "monitoring.thresholds.certificateDays", 91, /at most 90/],
  [p, "notifications.email", ["oncall"], /no e-mail address/, "notifications.email[0]"],
  [p, "notifications.email", [], /at least 1/],
  [p, "notifications.slack.workspace", "thorbis", /no Slack workspace/],
  [p, "notifications.slack.channel", "#alerts", /no Slack channel/],
  [p, "notifications.routes.warning", ["sms"], /one of/, "notifications.routes.warning[0]"],
  [p, "budget.monthlyDollars", 0, /at least 1/],
  [p, "budget.monthlyDollars", 4500.5, /whole number/],
  [p, "budget.recipients", ["finance"], /no e-mail address/, "budget.recipients[0]"],
  [p, "maintenance.imageTag", "ghcr.io/thorbis/operations:1", /no tag/],
  [p, "maintenance.imageTag", "sha256:abc", /no tag/],
  [p, "helpdesk.domain", "https://help.thorbis.com", /no host name/],
  [p, "helpdesk.imageTag", "helpdesk 1", /no tag/],
  [p, "helpdesk.web.cpuUnits", 300, /one of/],
  [p, "helpdesk.web.memoryMegabytes", 100, /at least 512/],
  [p, "helpdesk.web.maxTasks", 0, /at least 1/],
  [p, "helpdesk.queue.concurrency", 0, /at least 1/],
  [p, "helpdesk.queue.maxAttempts", 21, /at most 20/],
  [p, "helpdesk.queue.backoffMilliseconds", 1, /at least 100/],
  [p, "helpdesk.rateLimit.maxRequests", 0, /at least 1/],
  [p, "helpdesk.rateLimit.windowMilliseconds", 10, /at least 1000/],
  [p, "helpdesk.attachments.maxBytes", 1, /at least 1024/],
  [p, "helpdesk.attachments.maxBytes", 999_999_999, /at most/],
  [p, "helpdesk.attachments.allowedMimeTypes", ["png"], /no MIME type/, "helpdesk.attachments.allowedMimeTypes[0]"],
  [p, "helpdesk.mail.from", "HelpDesk", /no e-mail address/],
  [d, "helpdesk.mail.port", 99, /one of/],
  [p, "helpdesk.slaReminderMinutes", 0, /at least 1/],
  [p, "rollout.strategy", "canary", /none of the known kinds/],
  [p, "database.server.kind", "mysql", /none of the known kinds/],
  [p, "helpdesk.mail.kind", "sendmail", /none of the known kinds/],
];

const wrongKeys: readonly Mutation[] = [
  [p, "databse", {}, /no known key/],
  [p, "database.poolsize", 50, /no known key/],
  [p, "database.server.class", "db.r7g.large", /no known key/],
  [p, "redis.nodetype", "cache.t4g.small", /no known key/],
  [p, "vercel.teamId", "team_x", /no known key/],
  [p, "vercel.retention.previews", "1w", /no known key/],
  [p, "apps.erp", { domains: ["erp.thorbis.com"], redirects: [] }, /no known key/],
  [p, "apps.sight", { domains: ["a.thorbis.com"], redirects: [] }, /no known key/],
  [p, "apps.hs.domain", "hs.thorbis.com", /no known key/],
  [p, "monitoring.treshold", {}, /no known key/],
  [p, "monitoring.thresholds.maxErrorRate", 5, /no known key/],
  [p, "notifications.pagerduty", true, /no known key/],
  [p, "helpdesk.worker.concurrency", 5, /no known key/],
  [p, "security.WAF", true, /no known key/],
  [p, "awsRegion", "us-east-1", /no known key/],
  [d, "database.server.instanceClass", "db.t4g.medium", /no known key/],
  ...[
    "name",
    "tier",
    "owner",
    "costCenter",
    "domain",
    "aws",
    "access",
    "vercel",
    "apps",
    "apis",
    "cdn",
    "security",
  ].map((key): Mutation => [p, key, undefined, /missing/]),
  ...["rollout", "featureFlags", "database", "redis", "continuity", "monitoring", "notifications", "budget"].map(
    (key): Mutation => [p, key, undefined, /missing/],
  ),
  ...[
    "maintenance",
    "helpdesk",
    "variables",
    "operatorSecrets",
    "aws.accountId",
    "vercel.team",
    "database.poolSize",
  ].map((key): Mutation => [p, key, undefined, /missing/]),
  ...["database.server.instanceClass", "redis.nodeType", "continuity.objectLock", "budget.recipients", "apps.site"].map(
    (key): Mutation => [p, key, undefined, /missing/],
  ),
];

const contradictions: readonly Mutation[] = [
  [p, "name", "staging", /the stack is "production"/],
  [p, "domain", "localhost:3000", /this machine only/],
  [s, "domain", "localhost", /this machine only/],
  [s, "helpdesk.domain", "help.localhost", /this machine only/],
  [p, "apps.site.domains", ["127.0.0.1"], /this machine only/, "apps.site.domains[0]"],
  [p, "apps.hs.domains", ["thorbis.com"], /taken by apps\.site\.domains\[0\]/, "apps.hs.domains[0]"],
  [p, "apps.ret.redirects", ["hs.thorbis.com"], /taken by/, "apps.ret.redirects[0]"],
  [p, "helpdesk.domain", "thorbis.com", /taken by/],
  [p, "apps.site.domains", ["www2.thorbis.com"], /platform's domain/, "apps.site.domains[0]"],
  [p, "apps.hs.domains", ["hs.example.com"], /does not lie under/, "apps.hs.domains[0]"],
  [
    s,
    "helpdesk.mail",
    { kind: "smtp", from: "a@thorbis.com", host: "localhost", port: 25 },
    /this machine/,
    "helpdesk.mail.host",
  ],
  [p, "database.tls", false, /tier is production/],
  [s, "database.tls", false, /tier is staging/],
  [p, "security.waf", false, /off in production/],
  [p, "security.ddosProtection", false, /off in production/],
  [p, "security.strictMode", false, /off, and the tier/],
  [s, "security.developerTools", true, /on, and the tier/],
  [d, "security.strictMode", true, /contradicts/, "security.developerTools"],
  [s, "operatorSecrets", "local-examples", /tier is staging/],
  [p, "operatorSecrets", "local-examples", /tier is production/],
  [s, "vercel.variableTargets", ["production", "preview", "development"], /names development/],
  [p, "vercel.variableTargets", ["production", "preview"], /previews/],
  [p, "vercel.previews", true, /on in production/],
  [s, "vercel.variableTargets", ["production"], /no variable reaches previews/, "vercel.previews"],
  [s, "vercel.previewProtection", "none", /while previews are on/],
  [
    p,
    "vercel.customEnvironments",
    [{ name: "production", branch: "x" }],
    /every project has/,
    "vercel.customEnvironments[0].name",
  ],
  [p, "helpdesk.rateLimit.enabled", false, /off in production/],
  [p, "helpdesk.imageTag", "latest", /is a tag, and the tier is production/],
  [p, "maintenance.imageTag", "main", /is a tag, and the tier is production/],
  [s, "helpdesk.imageTag", "1.4.2", /is a tag, and the tier is staging/],
  [s, "maintenance.imageTag", "1.4.2", /is a tag, and the tier is staging/],
  [p, "budget.since", "January", /no day/],
  [p, "database.server.version", "15.4", /needs Postgres 16/],
  [s, "database.server.version", "14.9", /needs Postgres 16/],
  [p, "database.readReplicas", 0, /0 in production/],
  [d, "database.readReplicas", 2, /run by others/],
  [p, "redis.nodes", 1, /1 in production/],
  [p, "redis.snapshotRetentionDays", 0, /0 in production/],
  [p, "continuity.dataProtection", "disposable", /in production/],
  [p, "continuity.objectLock", false, /off in production/],
  [p, "continuity.backupRetentionDays", 7, /tier is production/],
  [s, "continuity.backupRetentionDays", 29, /tier is staging/],
  [p, "continuity.recoveryPointMinutes", 2880, /backups are taken daily/],
  [p, "aws.replicaRegion", "us-east-1", /where everything runs/],
  [p, "aws.region", "eu-west-1", /outside eu-west-1/, "aws.network.availabilityZones[0]"],
  [p, "aws.network.availabilityZones", ["us-east-1a"], /one zone/],
  [p, "aws.network.natGateways", "one", /in production/],
  [p, "monitoring.enabled", false, /off, and the tier/],
  [p, "monitoring.realTimeAlerts", false, /off in production/],
  [d, "monitoring.realTimeAlerts", true, /while monitoring is off/],
  [p, "maintenance.enabled", false, /off in production/],
  [s, "notifications.routes.critical", ["email", "pagerduty"], /realTimeAlerts is off/],
  [p, "monitoring.logLevel", "debug", /debug in production/],
  [p, "notifications.routes.critical", ["slack", "email"], /lacks pagerduty/],
  [p, "notifications.slack", undefined, /not set up/, "notifications.routes.critical"],
  [s, "notifications.routes.critical", ["email", "pagerduty"], /not set up/],
  [p, "cdn.cacheSeconds", 0, /0 while the CDN is enabled/],
  [d, "cdn.cacheSeconds", 60, /while the CDN is off/],
  [p, "vercel.functionTimeoutSeconds", 4, /stopped after 4 seconds/, "apis.timeoutSeconds"],
  [p, "rollout.stages.1.percent", 5, /not above the stage before/, "rollout.stages[1].percent"],
  [p, "rollout.stages.3.percent", 90, /not 100/, "rollout.stages[3].percent"],
  [p, "rollout.stages.2.minutes", undefined, /missing/, "rollout.stages[2].minutes"],
  [p, "rollout.stages.3.minutes", 5, /has no end/, "rollout.stages[3].minutes"],
  [p, "helpdesk.web.memoryMegabytes", 16_384, /does not offer/],
  [p, "helpdesk.worker.memoryMegabytes", 512, /does not offer/],
  [p, "helpdesk.web.minTasks", 9, /above maxTasks/],
  [p, "helpdesk.web.minTasks", 1, /1 in production/],
  [p, "budget.anomalyDollars", 5000, /above the month's budget/],
];

const wrongVariables: readonly Mutation[] = [
  [p, "variables.STRIPE_PUBLISHABLE_KEY", "pk_test_51ThorbisBusinessOS", /pk_live_/],
  [s, "variables.STRIPE_PUBLISHABLE_KEY", "pk_live_51ThorbisBusinessOS", /never a live key/],
  [d, "variables.STRIPE_PUBLISHABLE_KEY", "pk_live_51ThorbisBusinessOS", /never a live key/],
  [p, "variables.NEXT_PUBLIC_SUPABASE_URL", "http://abc.supabase.co", /https URL/],
  [p, "variables.NEXT_PUBLIC_SUPABASE_URL", "abc.supabase.co", /https URL/],
  [p, "variables.NEXT_PUBLIC_SUPABASE_URL", undefined, /missing/],
  [p, "variables.NEXT_PUBLIC_SUPABASE_ANON_KEY", "short", /20 characters/],
  [p, "variables.NEXT_PUBLIC_MAPS_API_KEY", "maps-key-of-thirty-five-characters-00", /AIza/],
  [p, "variables.SENTRY_DSN", "sentry", /https URL/],
  [p, "variables.SENTRY_DSN", undefined, /missing/],
  [p, "variables.STRIPE_SECRET_KEY", "sk_live_0123456789abcdefghij", /plain text/],
  [p, "variables.NODE_ENV", "production", /not supplied by hand/],
  [p, "variables.DATABASE_URL", "postgresql://a:b@c/d", /not supplied by hand/],
  [p, "variables.JWT_SECRET", "0123456789abcdef0123456789abcdef", /not supplied by hand/],
  [p, "variables.NEXT_PUBLIC_SUPABASE_UR", "https://abc.supabase.co", /no variable of the catalogue/],
];

const mutations = [...wrongTypes, ...wrongRanges, ...wrongKeys, ...contradictions, ...wrongVariables];

function problemsOf(stack: StackName, environment: unknown, secrets: unknown = undefined, keys = ["environment"]) {
  return configurationProblems({ stack, keys, environment, secrets, mayPretend: true });
}

const dotted = (path: string) => path.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

test("covers at least two hundred ways to get a stack file wrong", () => {
  expect(mutations.length + wrongSecrets.length).toBeGreaterThanOrEqual(200);
});

const cases = mutations.map(([stack, path, value, reason, reported = dotted(path)]) => ({
  stack,
  path,
  value,
  reason,
  reported: `environment.${reported}`,
}));

test.each(cases)("refuses in $stack: $path = $value", ({ stack, path, value, reason, reported }) => {
  expect(problemsOf(stack, set(environmentOf(stack), path, value))).toContainEqual({
    path: reported,
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/^\S{3}.*[.?']$/),
  });
});

const wrongSecrets: readonly (readonly [StackName, unknown, string, RegExp])[] = [
  [p, { STRIPE_SECRET_KEY: "sk_test_0123456789sentinel" }, "STRIPE_SECRET_KEY", /sk_live_.*a live key/],
  [s, { STRIPE_SECRET_KEY: "sk_live_0123456789sentinel" }, "STRIPE_SECRET_KEY", /sk_test_.*never a live key/],
  [d, { STRIPE_SECRET_KEY: "sk_live_0123456789sentinel" }, "STRIPE_SECRET_KEY", /never a live key/],
  [p, { STRIPE_SECRET_KEY: "rk_live_0123456789sentinel" }, "STRIPE_SECRET_KEY", /sk_live_/],
  [p, { STRIPE_SECRET_KEY: "sk_live_sentinel" }, "STRIPE_SECRET_KEY", /20 characters/],
  [p, { STRIPE_WEBHOOK_SECRET: "whsecsentinel0123456789" }, "STRIPE_WEBHOOK_SECRET", /whsec_/],
  [p, { ANTHROPIC_API_KEY: "sk-sentinel0123456789" }, "ANTHROPIC_API_KEY", /sk-ant-/],
  [p, { OPENAI_API_KEY: "sk-ant-sentinel0123456789" }, "OPENAI_API_KEY", /sk-/],
  [p, { VOYAGE_API_KEY: "sentinel0123456789012345" }, "VOYAGE_API_KEY", /pa-/],
  [p, { SENDGRID_API_KEY: "sentinel0123456789012345" }, "SENDGRID_API_KEY", /SG\./],
  [p, { RESEND_API_KEY: "sentinel0123456789012345" }, "RESEND_API_KEY", /re_/],
  [p, { SUPABASE_SERVICE_ROLE_KEY: "sentinel" }, "SUPABASE_SERVICE_ROLE_KEY", /20 characters/],
  [p, { DATADOG_API_KEY: "sentinel" }, "DATADOG_API_KEY", /32 hexadecimal/],
  [p, { NEW_RELIC_LICENSE_KEY: "sentinel" }, "NEW_RELIC_LICENSE_KEY", /40 characters/],
  [p, { PAGERDUTY_INTEGRATION_URL: "https://sentinel.example.com" }, "PAGERDUTY_INTEGRATION_URL", /PagerDuty/],
  [p, { STRIPE_SECRET_KEY: 42 }, "STRIPE_SECRET_KEY", /text/],
  [p, { STRIPE_SECRET_KEY: "" }, "STRIPE_SECRET_KEY", /sk_live_/],
  [p, { STRIPE_SECRET_KEY: "sk_live_placeholder_placeholder" }, "STRIPE_SECRET_KEY", /placeholder/],
  [p, { STRIPE_SECRETKEY: "sk_live_0123456789sentinel" }, "STRIPE_SECRETKEY", /no variable of the catalogue/],
  [p, { NEXT_PUBLIC_SUPABASE_ANON_KEY: "sentinel0123456789012345" }, "NEXT_PUBLIC_SUPABASE_ANON_KEY", /no secret/],
  [p, { DATABASE_URL: "postgresql://sentinel:sentinel@db/thorbis" }, "DATABASE_URL", /not supplied by hand/],
  [p, { JWT_SECRET: "sentinel-sentinel-sentinel-sentinel" }, "JWT_SECRET", /not supplied by hand/],
  [d, { DATADOG_API_KEY: "0123456789abcdef0123456789abcdef" }, "DATADOG_API_KEY", /does not exist in the tier/],
];

test.each(wrongSecrets)("refuses in %s the secret %j without repeating it", (stack, secrets, name, reason) => {
  const problems = problemsOf(stack, environmentOf(stack), secrets);
  expect(problems).toEqual([
    { path: `secrets.${name}`, reason: expect.stringMatching(reason), remedy: expect.any(String) },
  ]);
  expect(JSON.stringify(problems)).not.toContain("sentinel");
});

test("refuses secrets that are no group of keys", () => {
  expect(problemsOf(p, environmentOf(p), "sentinel")).toEqual([
    { path: "secrets", reason: "must be a group of keys", remedy: expect.not.stringContaining("sentinel") },
  ]);
});

test("refuses a misspelt configuration key and names the right one", () => {
  expect(problemsOf(p, environmentOf(p), {}, ["enviroment", "secrets"])).toEqual([
    { path: "enviroment", reason: expect.any(String), remedy: "Did you mean `thorbis:environment`?" },
  ]);
});

test("tells every mistake of a file at once, in wrong fields, wrong keys, contradictions, variables and secrets", () => {
  const draft = environmentOf(p);
  set(draft, "database.poolSize", "many");
  set(draft, "database.tls", false);
  set(draft, "databse", {});
  set(draft, "aws.replicaRegion", "us-east-1");
  set(draft, "variables.SENTRY_DSN", "no url");
  const paths = problemsOf(p, draft, { STRIPE_SECRET_KEY: "wrong" }, ["environment", "secret"]).map(({ path }) => path);
  expect(paths.toSorted()).toEqual([
    "environment.aws.replicaRegion",
    "environment.database.poolSize",
    "environment.database.tls",
    "environment.database.tls",
    "environment.databse",
    "environment.variables.SENTRY_DSN",
    "secret",
    "secrets.STRIPE_SECRET_KEY",
  ]);
});

test("names all missing secrets of an apply in one message, and asks for none in a preview", () => {
  const untrusted = { stack: p, keys: ["environment"], environment: environmentOf(p), secrets: undefined } as const;
  const missing = configurationProblems({ ...untrusted, mayPretend: false }).map(({ path }) => path);
  expect(missing).toEqual([
    "secrets.SUPABASE_SERVICE_ROLE_KEY",
    "secrets.STRIPE_SECRET_KEY",
    "secrets.STRIPE_WEBHOOK_SECRET",
    "secrets.ANTHROPIC_API_KEY",
    "secrets.SMTP_USER",
    "secrets.SMTP_PASSWORD",
    "secrets.PAGERDUTY_INTEGRATION_URL",
  ]);
  expect(configurationProblems({ ...untrusted, mayPretend: true })).toEqual([]);
});

test("a fresh clone's development needs no secret at all", () => {
  const environment = environmentOf(d);
  expect(
    configurationProblems({ stack: d, keys: ["environment"], environment, secrets: undefined, mayPretend: false }),
  ).toEqual([]);
});

test.each([p, s, d] as const)("finds nothing wrong with %s as it is", (stack) => {
  expect(problemsOf(stack, environmentOf(stack))).toEqual([]);
});

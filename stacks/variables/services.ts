import { key, pattern, testOrLiveKey, text, webUrl } from "./formats.ts";
import { businessApps, deployed, everyApp, everywhere, helpdeskServices, nowhere, type Variable } from "./variable.ts";

/** Sessions: made here, known to nobody. */
export const authenticationVariables = [
  {
    name: "JWT_SECRET",
    description: "Signs the apps' tokens (HS256, issuer thorbis.com, audience thorbis-api)",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "secret",
    source: { kind: "generated", length: 64 },
    format: text(32),
  },
  {
    name: "NEXTAUTH_SECRET",
    description: "Encrypts sessions",
    receivers: [...everyApp, ...helpdeskServices],
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "secret",
    source: { kind: "generated", length: 44 },
    format: text(32),
  },
] as const satisfies readonly Variable[];

export const paymentVariables = [
  {
    name: "STRIPE_SECRET_KEY",
    description: "Stripe, for charging",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: testOrLiveKey("sk_"),
  },
  {
    name: "STRIPE_PUBLISHABLE_KEY",
    description: "Stripe, for the payment form",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "operator" },
    format: testOrLiveKey("pk_"),
  },
  {
    name: "STRIPE_WEBHOOK_SECRET",
    description: "Proves that a webhook comes from Stripe",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: key("whsec_"),
  },
] as const satisfies readonly Variable[];

export const intelligenceVariables = [
  {
    name: "ANTHROPIC_API_KEY",
    description: "Anthropic's models",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: key("sk-ant-"),
  },
  {
    name: "OPENAI_API_KEY",
    description: "OpenAI's models",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    // Anthropic's keys begin alike, and the two have been mixed up before.
    format: {
      ...key("sk-"),
      accepts: (value, tier) => key("sk-").accepts(value, tier) && !value.startsWith("sk-ant-"),
    },
  },
  {
    name: "VOYAGE_API_KEY",
    description: "Voyage's embeddings",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: key("pa-"),
  },
  {
    name: "VOYAGE_AI_API_KEY",
    description: "VOYAGE_API_KEY under the name that older code reads",
    receivers: businessApps,
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "alias", name: "VOYAGE_API_KEY" },
    format: key("pa-"),
  },
  {
    name: "V0_API_TOKEN",
    description: "v0, which drafts interfaces",
    receivers: ["site"],
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: text(10),
  },
] as const satisfies readonly Variable[];

export const mailVariables = [
  {
    name: "SENDGRID_API_KEY",
    description: "SendGrid, for bulk mail",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: key("SG."),
  },
  {
    name: "RESEND_API_KEY",
    description: "Resend, for single messages",
    receivers: everyApp,
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: key("re_"),
  },
] as const satisfies readonly Variable[];

export const observationVariables = [
  {
    name: "METRICS_ROLE_ARN",
    description: "As which role a function reports requests, errors, response time and memory to CloudWatch",
    receivers: everyApp,
    tiers: deployed,
    requiredIn: deployed,
    exposure: "internal",
    source: { kind: "derived", from: "metrics-role" },
    format: pattern(
      "the ARN of a role",
      /^arn:aws:iam::\d{12}:role\/[\w+=,.@-]+$/,
      "arn:aws:iam::111122223333:role/example",
    ),
  },
  {
    // Vercel keeps AWS_REGION for itself.
    name: "METRICS_REGION",
    description: "Where CloudWatch takes the metrics",
    receivers: everyApp,
    tiers: deployed,
    requiredIn: deployed,
    exposure: "internal",
    source: { kind: "setting", of: ({ aws }) => aws.region },
    format: pattern("an AWS region", /^[a-z]{2}-[a-z]+-\d$/, "us-east-1"),
  },
  {
    name: "SENTRY_DSN",
    description: "Where errors are reported; it can only be written to",
    receivers: [...everyApp, ...helpdeskServices],
    tiers: everywhere,
    requiredIn: deployed,
    exposure: "internal",
    source: { kind: "operator" },
    format: webUrl(),
  },
  {
    name: "DATADOG_API_KEY",
    description: "Datadog's log intake",
    receivers: everyApp,
    tiers: deployed,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: pattern("32 hexadecimal digits", /^[0-9a-f]{32}$/, "0123456789abcdef0123456789abcdef"),
  },
  {
    name: "NEW_RELIC_LICENSE_KEY",
    description: "New Relic's agents",
    receivers: everyApp,
    tiers: deployed,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: text(40),
  },
] as const satisfies readonly Variable[];

/** What this program itself needs, and no app is given. */
export const platformVariables = [
  {
    name: "DATABASE_ADMIN_PASSWORD",
    description: "The administrator of a database server that others run",
    receivers: ["platform"],
    tiers: everywhere,
    requiredIn: nowhere,
    requiredWhen: ({ database }) => database?.server?.kind === "external",
    exposure: "secret",
    source: { kind: "operator" },
    format: text(8),
  },
  {
    name: "OPERATIONS_BACKUP_KEYS",
    description: "The keys of the backups, as JSON: recipients, identity, signingKey, verifyKey (docs/backups.md)",
    receivers: ["platform"],
    tiers: everywhere,
    // The scheduled backups are red without it: the keys are made once, by hand, after the first apply.
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "operator" },
    format: pattern(
      "JSON with at least recipients",
      /^\{.*"recipients".*\}$/s,
      '{"recipients":[{"name":"placeholder"}]}',
    ),
  },
  {
    name: "PAGERDUTY_INTEGRATION_URL",
    description: "PagerDuty's integration for CloudWatch; the URL carries its key",
    receivers: ["platform"],
    tiers: everywhere,
    requiredIn: nowhere,
    requiredWhen: ({ notifications }) => notifications?.pagerDuty === true,
    exposure: "secret",
    source: { kind: "operator" },
    format: pattern(
      "PagerDuty's https integration URL",
      /^https:\/\/events\.(?:eu\.)?pagerduty\.com\/integration\/\w+\/enqueue$/,
      "https://events.pagerduty.com/integration/placeholder/enqueue",
    ),
  },
  {
    name: "LOG_DRAIN_SECRET",
    description: "Proves to the collector that logs come from our Vercel projects",
    receivers: ["platform"],
    tiers: everywhere,
    requiredIn: nowhere,
    exposure: "secret",
    source: { kind: "generated", length: 48 },
    format: text(32),
  },
] as const satisfies readonly Variable[];

import { pattern, text, trueOrFalse, webUrl, wholeNumber } from "./formats.ts";
import { deployed, everywhere, helpdeskServices, type Source, type Variable } from "./variable.ts";

type Settings = Extract<Source, { kind: "setting" }>["of"];

/** HelpDesk reads everything from its process's environment, so most of its variables are settings of the stack. */
function setting<const Name extends string>(name: Name, description: string, format: Variable["format"], of: Settings) {
  return {
    name,
    description,
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "setting", of },
    format,
  } as const satisfies Variable<Name>;
}

const queueName = pattern("a queue's name", /^[a-z][a-z0-9-]{0,63}$/, "helpdesk-default");

export const helpdeskVariables = [
  setting("PORT", "Where the web process listens", wholeNumber(1, 65535), () => "3000"),
  setting("BULLMQ_QUEUE", "The queue of background jobs", queueName, () => "helpdesk-default"),
  setting("BULLMQ_PREFIX", "Prefix of the queue's keys in Redis", queueName, () => "helpdesk"),
  setting("WORKER_CONCURRENCY", "Jobs that one worker runs at once", wholeNumber(1, 100), ({ helpdesk }) =>
    String(helpdesk.queue.concurrency),
  ),
  setting("WORKER_MAX_ATTEMPTS", "How often a job is tried", wholeNumber(1, 20), ({ helpdesk }) =>
    String(helpdesk.queue.maxAttempts),
  ),
  setting("WORKER_BACKOFF_MS", "Pause before a job is tried again", wholeNumber(100, 600_000), ({ helpdesk }) =>
    String(helpdesk.queue.backoffMilliseconds),
  ),
  setting("WORKER_DLQ_ENABLED", "Whether jobs that failed for good are kept", trueOrFalse(), ({ helpdesk }) =>
    String(helpdesk.queue.deadLetters),
  ),
  setting("WORKER_DLQ_NAME", "The queue of jobs that failed for good", queueName, () => "helpdesk-default-dlq"),
  setting("EMAIL_ENABLED", "Whether notifications are sent", trueOrFalse(), () => "true"),
  {
    name: "SMTP_HOST",
    description: "The mail server",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "derived", from: "smtp-host" },
    format: pattern("a host name", /^[a-z0-9.-]+$/, "smtp.example.com"),
  },
  {
    name: "SMTP_PORT",
    description: "The mail server's port",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "derived", from: "smtp-port" },
    format: wholeNumber(1, 65535),
  },
  {
    name: "SMTP_USER",
    description: "The account at the mail server",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: deployed,
    exposure: "secret",
    source: { kind: "operator" },
    format: text(),
  },
  {
    name: "SMTP_PASSWORD",
    description: "The account's password",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: deployed,
    exposure: "secret",
    source: { kind: "operator" },
    format: text(),
  },
  setting(
    "SMTP_FROM",
    "The sender of notifications",
    pattern("an e-mail address", /^[^\s@]+@[^\s@]+$/, "noreply@example.com"),
    ({ helpdesk }) => helpdesk.mail.from,
  ),
  {
    name: "STORAGE_BASE_URL",
    description: "Where attachments lie; they are read through signed URLs only",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "derived", from: "storage-url" },
    format: webUrl(),
  },
  {
    name: "STORAGE_BUCKET",
    description: "The bucket of the attachments",
    receivers: helpdeskServices,
    tiers: everywhere,
    requiredIn: everywhere,
    exposure: "internal",
    source: { kind: "derived", from: "storage-bucket" },
    format: pattern("a bucket's name", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "example-attachments"),
  },
  setting("RATE_LIMIT_ENABLED", "Whether clients are limited", trueOrFalse(), ({ helpdesk }) =>
    String(helpdesk.rateLimit.enabled),
  ),
  setting(
    "RATE_LIMIT_WINDOW_MS",
    "Time over which requests are counted",
    wholeNumber(1000, 3_600_000),
    ({ helpdesk }) => String(helpdesk.rateLimit.windowMilliseconds),
  ),
  setting("RATE_LIMIT_MAX_REQUESTS", "Requests of one client in that time", wholeNumber(1, 100_000), ({ helpdesk }) =>
    String(helpdesk.rateLimit.maxRequests),
  ),
  setting(
    "RATE_LIMIT_DISABLED_ROUTES",
    "Paths without a limit: monitors ask them often",
    pattern("paths with commas between", /^\/[\w/-]*(?:,\/[\w/-]*)*$/, "/api/health,/api/status"),
    () => "/api/health,/api/status",
  ),
  setting("SPAM_GUARD_ENABLED", "Whether repeated submissions are held back", trueOrFalse(), ({ helpdesk }) =>
    String(helpdesk.spamGuard.enabled),
  ),
  setting("SPAM_GUARD_COOLDOWN_MS", "Pause between two submissions", wholeNumber(0, 3_600_000), ({ helpdesk }) =>
    String(helpdesk.spamGuard.cooldownMilliseconds),
  ),
  setting(
    "ATTACH_ALLOWED_MIME",
    "What may be attached",
    pattern("MIME types with commas between", /^[a-z]+\/[a-z0-9.+-]+(?:,[a-z]+\/[a-z0-9.+-]+)*$/, "image/png"),
    ({ helpdesk }) => helpdesk.attachments.allowedMimeTypes.join(","),
  ),
  setting("ATTACH_MAX_BYTES", "The largest attachment", wholeNumber(1024, 104_857_600), ({ helpdesk }) =>
    String(helpdesk.attachments.maxBytes),
  ),
  setting(
    "SLA_REMINDER_LEAD_MINUTES",
    "How long before a breach a reminder is sent",
    wholeNumber(1, 10_080),
    ({ helpdesk }) => String(helpdesk.slaReminderMinutes),
  ),
] as const satisfies readonly Variable[];

import { z } from "zod";
import { distinct, email, field, whole } from "./fields.ts";

const percent = (description: string, example: number) => field(z.number().gt(0).lt(100), description, example);

export const monitoring = z.strictObject({
  enabled: field(z.boolean(), "whether alarms tell anybody; without it they only show their state", true),
  realTimeAlerts: field(
    z.boolean(),
    "whether endpoints are asked every 10 seconds instead of 30, and routes may name pagerduty",
    true,
  ),
  logLevel: field(z.enum(["debug", "info", "warn", "error"]), "the least severe log line that is kept", "info"),
  availabilityPercent: percent("the availability objective", 99.9),
  thresholds: z.strictObject({
    maxErrorRatePercent: percent("share of failed requests, over 5 minutes", 5),
    maxMeanResponseSeconds: field(z.number().gt(0).max(60), "mean response time, over 10 minutes", 2),
    maxMemoryPercent: percent("memory use, over 15 minutes", 80),
    maxDatabaseConnectionErrors: field(whole(1, 10_000), "database connection errors within 5 minutes", 10),
    maxDatabaseConnectionUsePercent: percent("share of the database's connections in use", 80),
    minCacheHitPercent: percent("share of reads that the database answers from memory", 90),
    maxSlowQueries: field(whole(1, 100_000), "slow queries within 5 minutes", 20),
    maxQueueDepth: field(whole(1, 1_000_000), "jobs that wait in HelpDesk's queue", 500),
    maxFailedJobs: field(whole(1, 100_000), "jobs that fail within 15 minutes", 10),
    certificateDays: field(whole(1, 90), "days before a certificate's end from which an alarm sounds", 30),
  }),
});

const channel = z.enum(["email", "slack", "pagerduty"]);

export const notifications = z.strictObject({
  email: field(distinct(email()), "who receives e-mail", ["oncall@thorbis.com"]),
  slack: field(
    z
      .strictObject({
        workspace: field(
          z.string().regex(/^T[A-Z0-9]{8,}$/, "is no Slack workspace id"),
          "the workspace's id",
          "T0THORBIS01",
        ),
        channel: field(
          z.string().regex(/^C[A-Z0-9]{8,}$/, "is no Slack channel id"),
          "the channel's id",
          "C0THORBIS01",
        ),
      })
      .optional(),
    "the channel that AWS Chatbot writes to",
    { workspace: "T0THORBIS01", channel: "C0THORBIS01" },
  ),
  pagerDuty: field(
    z.boolean(),
    "whether PagerDuty is told; its integration URL is the secret PAGERDUTY_INTEGRATION_URL",
    true,
  ),
  routes: z.strictObject({
    critical: field(distinct(channel), "who hears of critical alarms", ["slack", "email", "pagerduty"]),
    warning: field(distinct(channel), "who hears of warnings", ["slack"]),
    info: field(distinct(channel), "who hears of the rest", ["email"]),
  }),
});

export const budget = z.strictObject({
  since: field(z.iso.date(), "the first day that counts", "2026-01-01"),
  monthlyDollars: field(whole(1, 1_000_000), "what the environment may cost a month on AWS, in US dollars", 500),
  recipients: field(distinct(email()), "who is told when the budget runs out", ["finance@thorbis.com"]),
  anomalyDollars: field(whole(1, 1_000_000), "unexpected cost a day from which somebody is told, in US dollars", 50),
});

export const maintenance = z.strictObject({
  enabled: field(
    z.boolean(),
    "whether the scheduled jobs run; without it they wait, can be started by hand, and are missed by no alarm",
    true,
  ),
  imageTag: field(
    z.string().regex(/^(?:sha256:[0-9a-f]{64}|[\w][\w.-]{0,127})$/, "is no tag and no digest of an image"),
    "the image of the operations jobs: a digest or a tag that never moves",
    "1.4.2",
  ),
});

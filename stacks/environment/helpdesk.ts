import { z } from "zod";
import { email, field, host, origin, whole } from "./fields.ts";

const service = z.strictObject({
  cpuUnits: field(z.literal([256, 512, 1024, 2048, 4096]), "CPU units; 1024 are one core", 512),
  memoryMegabytes: field(whole(512, 30_720), "memory in MiB, in a pair that Fargate offers for the CPU", 1024),
  minTasks: field(whole(0, 100), "tasks that always run", 2),
  maxTasks: field(whole(1, 100), "tasks at the highest load", 6),
});

const mail = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("ses"),
    from: field(email(), "the sender of notifications", "noreply@thorbis.com"),
  }),
  z.strictObject({
    kind: z.literal("smtp"),
    from: field(email(), "the sender of notifications", "noreply@thorbis.com"),
    host: field(host(), "the mail server", "smtp.example.com"),
    port: field(z.literal([25, 465, 587, 1025, 2525]), "the mail server's port", 587),
  }),
]);

export const helpdesk = z.strictObject({
  domain: field(origin(), "where HelpDesk is reached", "help.thorbis.com"),
  imageTag: field(
    z.string().regex(/^(?:sha256:[0-9a-f]{64}|[\w][\w.-]{0,127})$/, "is no tag and no digest of an image"),
    "the image of web and worker: a digest or a tag that never moves",
    "1.4.2",
  ),
  web: service,
  worker: service,
  queue: z.strictObject({
    concurrency: field(whole(1, 100), "jobs that one worker runs at once", 5),
    maxAttempts: field(whole(1, 20), "how often a job is tried", 3),
    backoffMilliseconds: field(whole(100, 600_000), "pause before a job is tried again", 5000),
    deadLetters: field(z.boolean(), "whether jobs that failed for good are kept in a queue of their own", true),
  }),
  rateLimit: z.strictObject({
    enabled: field(z.boolean(), "whether clients are limited", true),
    windowMilliseconds: field(whole(1000, 3_600_000), "the time over which requests are counted", 60_000),
    maxRequests: field(whole(1, 100_000), "requests of one client in that time", 20),
  }),
  spamGuard: z.strictObject({
    enabled: field(z.boolean(), "whether repeated submissions are held back", true),
    cooldownMilliseconds: field(whole(0, 3_600_000), "pause between two submissions", 10_000),
  }),
  attachments: z.strictObject({
    maxBytes: field(whole(1024, 104_857_600), "the largest attachment", 26_214_400),
    allowedMimeTypes: field(
      z.array(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, "is no MIME type")).min(1),
      "what may be attached",
      ["image/png", "image/jpeg", "application/pdf", "text/plain"],
    ),
  }),
  slaReminderMinutes: field(whole(1, 10_080), "how long before a breach a reminder is sent", 30),
  mail,
});

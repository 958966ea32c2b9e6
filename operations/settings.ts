import { z } from "zod";
import { OperationFailure } from "./failure.ts";

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, "is not a postgres:// address");
const recipient = z.strictObject({
  /** Who holds the key. @example "operations-2026" */
  name: z.string().min(1),
  publicKey: z.string().regex(/^age1[0-9a-z]{58}$/, "is not an age recipient (age1…)"),
  /** An offline key: its identity is on no server, for the day when every other key is lost. */
  escrow: z.boolean().default(false),
});

const files = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("directory"), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal("bucket"), bucket: z.string().min(3), prefix: z.string().default("") }),
]);

const backups = z.strictObject({
  bucket: z.string().min(3),
  /** First part of every key. @default the environment's name */
  prefix: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/)
    .optional(),
  recipients: z.array(recipient),
  /** The age identity that verifies and restores; a secret. */
  identity: z.string().startsWith("AGE-SECRET-KEY-", "is not an age identity").optional(),
  /** Ed25519 keys in PEM: the private one signs manifests, the public one is asked before a manifest is believed. */
  signingKey: z.string().optional(),
  verifyKey: z.string().optional(),
  /** Tables whose rows are counted in the dump's snapshot. @example ["public.businesses"] */
  countedTables: z.array(z.string().regex(/^[^.]+\.[^.]+$/, "is not schema.table")).default([]),
  /** Parallel streams. @default the processors, at most 4 */
  jobs: z.int().min(1).max(16).optional(),
  /** zstd's level. */
  compressionLevel: z.int().min(-5).max(19).default(1),
  retention: z
    .strictObject({
      days: z.int().min(1).default(30),
      /** Verified sets that are kept whatever their age. */
      keepVerified: z.int().min(1).default(7),
      /** Months for which one set each is kept; 0 keeps none for longer. */
      months: z.int().min(0).max(120).default(0),
    })
    .prefault({}),
  /** Days for which a promoted set is locked against deletion; needs a bucket with object lock. */
  lock: z.strictObject({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), days: z.int().min(1) }).optional(),
  /** Percent by which size or a row count may fall against the recent sets before it is an alarm. */
  maxFallPercent: z.number().min(0).max(100).default(20),
  files: files.optional(),
  /** The copy in another region, which the recovery test restores from: it rehearses the loss of this one. */
  replica: z.strictObject({ bucket: z.string().min(3), region: z.string().min(1) }).optional(),
  /** Products whose databases have sets of their own, below `<prefix>-<product>`. @default those of `prisma` */
  products: z.array(z.string()).optional(),
});

const settingsSchema = z.strictObject({
  environment: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Whether the environment's name is asked for before something irreversible. */
  isProtected: z.boolean().default(false),
  database: z
    .strictObject({
      url: postgresUrl,
      /** Its name in the metrics, as the alarms know it. */
      name: z.string().default("thorbis-database"),
      /** Identifier of its Aurora or RDS cluster, which keeps every second of the last days. @default none */
      cluster: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,62}$/, "is not the identifier of a cluster")
        .optional(),
    })
    .optional(),
  /** How much may be lost (RPO) and how long a recovery may take (RTO), in minutes. */
  recoveryPointMinutes: z.number().positive().default(1_440),
  recoveryTimeMinutes: z.number().positive().default(240),
  migrations: z
    .strictObject({
      directory: z.string().default("database/migrations"),
      snapshotFile: z.string().optional(),
      /** Addresses that must answer with 2xx after a migration. */
      smokeUrls: z.array(z.url()).default([]),
    })
    .prefault({}),
  /** Products whose migrations belong to Prisma. */
  prisma: z
    .record(
      z.string(),
      z.strictObject({
        directory: z.string(),
        command: z.tuple([z.string()], z.string()).optional(),
        url: postgresUrl,
      }),
    )
    .default({}),
  backups: backups.optional(),
  drills: z.strictObject({ maxDaysBetween: z.number().positive().default(35) }).prefault({}),
  /** Public hosts whose certificates and headers the scheduled jobs check. @example ["thorbis.com"] */
  endpoints: z.array(z.string().regex(/^[a-z0-9.-]+$/, "is not a host name")).default([]),
  logs: z
    .strictObject({
      /** CloudWatch groups that must forget on time. @example ["/thorbis/"] */
      groupPrefixes: z.array(z.string().startsWith("/")).default([]),
      /** Directory whose `*.log` files are rotated. */
      directory: z.string().optional(),
      /** Days that a line is kept. */
      retentionDays: z.int().min(1).default(30),
    })
    .prefault({}),
  audit: z
    .strictObject({
      /** File that receives one JSON object a line. */
      file: z.string().optional(),
      logGroup: z.string().optional(),
      /** Whether metrics are published to CloudWatch. */
      metrics: z.boolean().default(false),
    })
    .prefault({}),
  notify: z
    .strictObject({ topicArn: z.string().startsWith("arn:").optional(), webhook: z.url().optional() })
    .prefault({}),
  /** AWS region and, for the local emulator, its address and keys. */
  aws: z
    .strictObject({
      region: z.string().default("us-east-1"),
      endpoint: z.url().optional(),
      accessKeyId: z.string().optional(),
      secretAccessKey: z.string().optional(),
    })
    .prefault({}),
});

export type OperationSettings = Readonly<z.infer<typeof settingsSchema>>;
export type BackupSettings = Readonly<NonNullable<OperationSettings["backups"]>>;

/** Crosses from what a file, a stack's outputs or the environment say to settings that can be relied on. */
export function parseSettings(untrusted: unknown): OperationSettings {
  const parsed = settingsSchema.safeParse(untrusted);
  const problems = parsed.success ? problemsOf(parsed.data) : parsed.error.issues.map(describeIssue);
  if (!parsed.success || problems.length > 0) {
    throw new OperationFailure(`the operations' settings are not valid:\n  ${problems.join("\n  ")}`, { exitCode: 2 });
  }
  return Object.freeze(parsed.data);
}

/** A value is never repeated: it may be a secret. */
function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".") || "(top)"}: ${issue.message}`;
}

function problemsOf(settings: OperationSettings): string[] {
  const { backups: declared } = settings;
  if (declared === undefined) return [];
  const keys = new Set(declared.recipients.map(({ publicKey }) => publicKey));
  const online = declared.recipients.filter(({ escrow }) => !escrow);
  return [
    keys.size < 2
      ? "backups.recipients: at least two different keys are needed, so that the loss of one loses nothing"
      : "",
    online.length === declared.recipients.length
      ? "backups.recipients: one of them must be an offline key (escrow: true)"
      : "",
    online.length === 0 ? "backups.recipients: one of them must not be escrow: it verifies what was stored" : "",
    settings.isProtected && declared.signingKey !== undefined && declared.verifyKey === undefined
      ? "backups.verifyKey: is missing beside signingKey: a signature that nobody checks proves nothing"
      : "",
    settings.isProtected && declared.verifyKey === undefined && declared.signingKey === undefined
      ? "backups.verifyKey: a protected environment signs its manifests"
      : "",
  ].filter((problem) => problem !== "");
}

/** The part of the settings that a command needs, or the message that says where to put it. */
export function requireSetting<T>(value: T | undefined, path: string): T {
  if (value !== undefined) return value;
  throw new OperationFailure(`the setting ${path} is missing`, {
    exitCode: 2,
    remedy: "Give it in the file of --settings, in THORBIS_OPERATIONS, or as an output of the stack.",
  });
}

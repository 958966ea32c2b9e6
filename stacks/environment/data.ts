import { z } from "zod";
import { dailyWindow, field, host, weeklyWindow, whole } from "./fields.ts";

const engineVersion = (example: string) =>
  field(z.string().regex(/^\d{2}(?:\.\d{1,2})?$/, "is no Postgres version"), "the version of the server", example);

/** Adopt a server that others run, or declare one: never both. */
const databaseServer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("external"),
    host: field(host(), "the server's host name", "db.example.com"),
    port: field(whole(1, 65535), "the server's port", 5432),
    administrator: field(
      z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "is no role name"),
      "the role that manages the others; its password is the secret DATABASE_ADMIN_PASSWORD",
      "postgres",
    ),
    version: engineVersion("16"),
  }),
  z.strictObject({
    kind: z.literal("aurora"),
    version: engineVersion("16.6"),
    instanceClass: field(
      z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "is no instance class"),
      "the class of the writer and of every replica",
      "db.r7g.large",
    ),
    administrator: field(
      z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "is no role name"),
      "the master user, whose password Secrets Manager keeps",
      "platform",
    ),
    backupRetentionDays: field(whole(1, 35), "days for which the cluster can be restored to a point in time", 14),
    backupWindow: field(dailyWindow(), "when the cluster is backed up, UTC", "01:00-01:30"),
    maintenanceWindow: field(weeklyWindow(), "when the cluster may be patched, UTC", "sun:02:00-sun:03:00"),
  }),
]);

export const database = z.strictObject({
  poolSize: field(whole(1, 500), "connections that one application keeps open", 20),
  tls: field(z.boolean(), "whether connections must use TLS", true),
  readReplicas: field(whole(0, 15), "readers beside the writer", 3),
  slowQueryMilliseconds: field(whole(10, 60_000), "mean execution time from which a query counts as slow", 100),
  server: databaseServer,
});

export const redis = z.strictObject({
  version: field(
    z.string().regex(/^[67]\.\d$/, "is no version such as 7.1"),
    "the engine's version, major and minor",
    "7.1",
  ),
  nodeType: field(
    z.string().regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "is no node type"),
    "the class of every node",
    "cache.t4g.small",
  ),
  nodes: field(whole(1, 6), "nodes: the primary and its replicas", 3),
  snapshotRetentionDays: field(whole(0, 35), "days for which daily snapshots are kept", 7),
  snapshotWindow: field(dailyWindow(), "when the daily snapshot is taken, UTC", "03:30-04:30"),
  maintenanceWindow: field(weeklyWindow(), "when nodes may be patched, UTC", "sun:05:00-sun:06:00"),
});

export const continuity = z.strictObject({
  dataProtection: field(
    z.enum(["protected", "disposable"]),
    "whether data survives a destroy: `protected` refuses to delete it",
    "protected",
  ),
  backupRetentionDays: field(whole(1, 3650), "days for which backups are kept", 30),
  objectLock: field(
    z.boolean(),
    "whether backups and the audit trail are locked against deletion until their retention ends",
    true,
  ),
  recoveryPointMinutes: field(whole(5, 10_080), "how much data may be lost: the age of the newest backup (RPO)", 1440),
  recoveryTimeMinutes: field(whole(5, 10_080), "how long a restore may take (RTO)", 240),
  logRetentionDays: field(
    z.literal([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]),
    "days for which logs are kept; CloudWatch knows only these numbers",
    30,
  ),
  auditRetentionDays: field(whole(91, 3650), "days for which the audit trail is kept", 365),
});

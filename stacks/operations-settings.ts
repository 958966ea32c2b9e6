import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./configuration.ts";
import type { Databases } from "./databases.ts";
import { publicEndpoints } from "./endpoints.ts";
import type { Environment } from "./environment.ts";
import type { MaintenanceJob } from "./maintenance.ts";
import { dutyOf, keyHolders } from "./operations-duties.ts";
import { KEYS } from "./operations-vault.ts";
import type { SharedServices } from "./shared.ts";

/** After so many days without a rehearsed recovery the alarm rings, and `./thorbis drill --status` is red. */
export const maxDaysBetweenDrills = 35;

/** As `operations/settings.ts` reads them; none of it is secret. */
interface PlainSettings {
  readonly environment: string;
  readonly isProtected: boolean;
  readonly database: { readonly name: string };
  readonly recoveryPointMinutes: number;
  readonly recoveryTimeMinutes: number;
  readonly backups: { readonly products: readonly string[]; readonly retention: { readonly days: number } };
  readonly drills: { readonly maxDaysBetween: number };
  readonly endpoints: readonly string[];
  readonly logs: { readonly groupPrefixes: readonly string[] };
  readonly aws: { readonly region: string };
}

/** What the operations need to know of an environment. */
export function plainSettings(environment: Environment): PlainSettings {
  const { aws, continuity, database, name, tier } = environment;
  return {
    environment: name,
    isProtected: tier === "production",
    database: { name: "thorbis-database" },
    recoveryPointMinutes: continuity.recoveryPointMinutes,
    recoveryTimeMinutes: continuity.recoveryTimeMinutes,
    backups: { products: ["helpdesk"], retention: { days: continuity.backupRetentionDays } },
    drills: { maxDaysBetween: maxDaysBetweenDrills },
    endpoints: publicEndpoints(environment).map(({ host }) => host),
    logs: {
      groupPrefixes: ["/thorbis/", ...(database.server.kind === "aurora" ? [`/aws/rds/cluster/thorbis-${name}/`] : [])],
    },
    aws: { region: aws.region },
  };
}

/**
 * What a task is told, and nothing that only others need: a change replaces no more than it must. The secrets reach it
 * apart from this (cli/data/container.ts).
 */
export function settingsOf(job: MaintenanceJob, environment: Environment): Readonly<Record<string, unknown>> {
  const { backups, drills, endpoints, logs, recoveryPointMinutes, recoveryTimeMinutes, ...always } =
    plainSettings(environment);
  const { products, retention } = backups;
  const duty = dutyOf[job];
  return {
    ...always,
    // The task's log group keeps the audit records: its root file system is read-only.
    audit: { file: "/dev/stdout", metrics: true },
    ...(keyHolders.includes(duty) && {
      recoveryPointMinutes,
      recoveryTimeMinutes,
      backups: { products, ...(duty === "prune" && { retention }) },
    }),
    ...(job === "daily-backup-verification" && { drills }),
    ...(job === "daily-log-rotation" && { logs }),
    ...((job === "weekly-security-scan" || job === "monthly-certificate-check") && { endpoints }),
  };
}

/**
 * The same for whoever works from a laptop, with the secrets among it, as the stack's output `operations`: the
 * connection strings are the migrator's, because migrations are what a person does by hand.
 */
export function operationsOutput(
  { environment, secrets }: Configuration,
  { backups, notifications }: SharedServices,
  databases: Databases,
  logGroupName: pulumi.Input<string>,
): pulumi.Output<unknown> {
  const plain = plainSettings(environment);
  const resolved = pulumi.all([
    pulumi.all([databases.thorbis.urls.migrator, databases.helpdesk.urls.migrator]),
    backups.bucket,
    secrets.get(KEYS),
    notifications.topicArns.warning,
    logGroupName,
  ]);
  return pulumi.secret(
    resolved.apply(([[thorbis, helpdesk], bucket, keys, topicArn, logGroup]) => {
      const { backups: kept, database, ...others } = plain;
      return {
        ...others,
        database: { ...database, url: thorbis },
        prisma: { helpdesk: { directory: "helpdesk/prisma", url: helpdesk } },
        // Without its keys a bucket is no place for backups.
        ...(keys === undefined ? {} : { backups: { ...kept, bucket, ...(JSON.parse(keys) as object) } }),
        audit: { logGroup, metrics: true },
        notify: { topicArn },
      };
    }),
  );
}

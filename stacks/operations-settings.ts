import * as pulumi from "@pulumi/pulumi";
import { replicaBucketName } from "../components/backup-bucket.ts";
import { dutyOf, keyHolders, urlsOf } from "./duties.ts";
import { publicEndpoints } from "./endpoints.ts";
import type { Environment } from "./environment.ts";
import type { MaintenanceJob } from "./maintenance.ts";

/** After so many days without a rehearsed recovery the alarm rings, and `./thorbis drill --status` is red. */
export const maxDaysBetweenDrills = 35;

/** As `operations/settings.ts` reads them; none of it is secret. */
interface PlainSettings {
  readonly environment: string;
  readonly isProtected: boolean;
  readonly database: { readonly name: string };
  readonly recoveryPointMinutes: number;
  readonly recoveryTimeMinutes: number;
  readonly backups: {
    readonly products: readonly string[];
    readonly retention: { readonly days: number };
    readonly replica: { readonly bucket: string; readonly region: string };
  };
  readonly drills: { readonly maxDaysBetween: number };
  readonly endpoints: readonly string[];
  readonly logs: { readonly groupPrefixes: readonly string[] };
  readonly aws: { readonly region: string };
}

/** Where the record of every operation is kept, the tasks' and the people's. */
export const operationsLogGroup = "/thorbis/operations";

export const backupBucketName = ({ name }: Environment): string => `thorbis-${name}-backups`;

/** What the operations need to know of an environment. */
export function plainSettings(environment: Environment): PlainSettings {
  const { aws, continuity, database, name, tier } = environment;
  return {
    environment: name,
    isProtected: tier === "production",
    database: { name: "thorbis-database" },
    recoveryPointMinutes: continuity.recoveryPointMinutes,
    recoveryTimeMinutes: continuity.recoveryTimeMinutes,
    backups: {
      products: ["helpdesk"],
      retention: { days: continuity.backupRetentionDays },
      replica: {
        bucket: replicaBucketName(backupBucketName(environment), aws.replicaRegion),
        region: aws.replicaRegion,
      },
    },
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
  const { backups, database, drills, endpoints, logs, recoveryPointMinutes, recoveryTimeMinutes, ...always } =
    plainSettings(environment);
  const { products, replica, retention } = backups;
  const duty = dutyOf[job];
  return {
    ...always,
    // The task's log group keeps the audit records: its root file system is read-only.
    audit: { file: "/dev/stdout", metrics: true },
    // A name without an address is no database: only who is given the address hears the name.
    ...(urlsOf[duty] !== undefined && { database }),
    ...(keyHolders.includes(duty) && {
      recoveryPointMinutes,
      recoveryTimeMinutes,
      backups: {
        products,
        ...(duty === "prune" && { retention }),
        ...(job === "quarterly-recovery-test" && { replica }),
      },
    }),
    ...(job === "daily-backup-verification" && { drills }),
    ...(job === "daily-log-rotation" && { logs }),
    ...((job === "weekly-security-scan" || job === "monthly-certificate-check") && { endpoints }),
  };
}

/** What only resources and operators know of an environment. */
export interface ResolvedSettings {
  /** The migrators': migrations are what a person does by hand. */
  readonly urls: Readonly<Record<"thorbis" | "helpdesk", pulumi.Input<string>>>;
  readonly bucket: pulumi.Input<string>;
  /** JSON with `recipients` and the rest. @default none: a bucket without its keys is no place for backups */
  readonly keys?: pulumi.Input<string>;
  readonly topicArn: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
  /** The cluster whose history `restore --point-in-time` reads. @default none: others keep the server */
  readonly cluster?: pulumi.Input<string>;
}

/** The same for whoever works from a laptop, with the secrets among it: the stack's output `operations`. */
export function operationsOutput(environment: Environment, parts: ResolvedSettings): pulumi.Output<unknown> {
  const { backups, database, ...others } = plainSettings(environment);
  const { urls, ...plain } = parts;
  return pulumi.secret(
    pulumi.all([pulumi.all(urls), pulumi.all(plain)]).apply(([{ helpdesk, thorbis }, resolved]) => ({
      ...others,
      database: { ...database, url: thorbis, ...(resolved.cluster === undefined ? {} : { cluster: resolved.cluster }) },
      prisma: { helpdesk: { directory: "helpdesk/prisma", url: helpdesk } },
      ...(resolved.keys === undefined
        ? {}
        : { backups: { ...backups, bucket: resolved.bucket, ...(JSON.parse(resolved.keys) as object) } }),
      audit: { logGroup: resolved.logGroup, metrics: true },
      notify: { topicArn: resolved.topicArn },
    })),
  );
}

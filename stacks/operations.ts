import * as pulumi from "@pulumi/pulumi";
import { ImageRepository } from "../components/image-repository.ts";
import { type JobDeclaration, ScheduledJobs } from "../components/scheduled-jobs.ts";
import { Secrets } from "../components/secrets.ts";
import type { Configuration } from "./configuration.ts";
import type { Databases } from "./databases.ts";
import { containerEgress, publicEndpoints } from "./endpoints.ts";
import type { Environment } from "./environment.ts";
import { type Decisions, type MaintenanceJob, maintenanceJobs } from "./maintenance.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import type { SharedServices } from "./shared.ts";

export interface OperationsArgs {
  readonly configuration: Configuration;
  readonly shared: SharedServices;
  readonly databases: Databases;
}

/** Which database URL a job reads; none for the others. */
const urlOf: Readonly<Partial<Record<MaintenanceJob, "backup" | "monitoring" | "migrator">>> = {
  "daily-backup": "backup",
  "weekly-security-scan": "monitoring",
  "weekly-performance-analysis": "monitoring",
  "monthly-database-maintenance": "migrator",
};

/** Jobs that write, read or restore backups: they are given the keys, and the room to unpack a database. */
const backupJobs: readonly MaintenanceJob[] = ["daily-backup", "daily-backup-verification", "quarterly-recovery-test"];
const KEYS = "OPERATIONS_BACKUP_KEYS";

/** The day-2 work that runs by the calendar: one image, a task each, and an alarm when one fails or does not run. */
export class Operations extends pulumi.ComponentResource {
  readonly imageRepository: pulumi.Output<string>;

  constructor(name: string, args: OperationsArgs, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:Operations", name, {}, opts);
    const { configuration, shared } = args;
    const { environment } = configuration;
    const { aws, continuity, maintenance } = environment;
    const ownership = ownershipOf(environment, "platform", "restricted");
    const child = { parent: this };
    const images = new ImageRepository("operations", { ownership, dataProtection: continuity.dataProtection }, child);
    const secrets = declareSecrets(name, args, child);
    new ScheduledJobs(
      "operations",
      {
        accountId: aws.accountId,
        region: aws.region,
        cluster: shared.cluster,
        container: {
          repositoryUrl: images.url,
          imageTag: maintenance.imageTag,
          environment: {
            THORBIS_ENVIRONMENT: environment.name,
            BACKUP_BUCKET: shared.backups.bucket,
          },
        },
        jobs: maintenanceJobs(environment, (job) => ({
          environment: { THORBIS_OPERATIONS: JSON.stringify(settingsOf(job, environment)) },
          ...rightsOf(job, shared, secrets),
        })),
        secretKeyArns: [secrets.keyArn],
        vpcId: shared.network.vpcId,
        subnetIds: shared.network.privateSubnetIds,
        egress: containerEgress(environment),
        logRetentionDays: continuity.logRetentionDays,
        alarms: alarmScope(environment, "platform", shared.notifications),
        ownership,
      },
      child,
    );
    this.imageRepository = images.url;
    this.registerOutputs({});
  }
}

/**
 * What a job knows of its environment, and nothing that only others need: a change replaces no more than it must. The
 * secrets reach it apart from this (cli/data/container.ts).
 */
function settingsOf(job: MaintenanceJob, environment: Environment): Readonly<Record<string, unknown>> {
  const { aws, continuity, name, tier } = environment;
  return {
    environment: name,
    isProtected: tier === "production",
    database: { name: "thorbis-database" },
    // The task's log group keeps the audit records: its root file system is read-only.
    audit: { file: "/dev/stdout", metrics: true },
    aws: { region: aws.region },
    ...(backupJobs.includes(job) && {
      recoveryPointMinutes: continuity.recoveryPointMinutes,
      recoveryTimeMinutes: continuity.recoveryTimeMinutes,
      backups: { products: ["helpdesk"] },
    }),
    ...(job === "daily-log-rotation" && { logs: { groupPrefixes: ["/thorbis/"] } }),
    ...((job === "weekly-security-scan" || job === "monthly-certificate-check") && {
      endpoints: publicEndpoints(environment).map(({ host }) => host),
    }),
  };
}

/** Backups are written with one role and read with another; no other job comes near them. */
function rightsOf(job: MaintenanceJob, { backups }: SharedServices, { arns }: Secrets): Decisions {
  const role = urlOf[job];
  const url = (database: "THORBIS" | "HELPDESK") => arns[`${database}_${role?.toUpperCase()}_URL`] ?? "";
  const isBackup = backupJobs.includes(job);
  const keys = arns[KEYS];
  return {
    permissions: permissionsOf(job, backups),
    // A restore has a Postgres server beside it.
    ...(isBackup ? { cpu: 1024, memoryMib: 2048 } : {}),
    secrets: {
      ...(role === undefined ? {} : { THORBIS_DATABASE_URL: url("THORBIS"), HELPDESK_DATABASE_URL: url("HELPDESK") }),
      ...(isBackup && keys !== undefined ? { [KEYS]: keys } : {}),
    },
  };
}

function permissionsOf(job: MaintenanceJob, backups: SharedServices["backups"]): JobDeclaration["permissions"] {
  switch (job) {
    case "daily-backup":
      return { roleArn: backups.writerRoleArn };
    case "daily-backup-verification":
    case "quarterly-recovery-test":
      return { roleArn: backups.restoreRoleArn };
    case "daily-log-rotation":
      return { statements: [putMetrics, listLogGroups] };
    default:
      return { statements: [putMetrics] };
  }
}

const putMetrics = {
  Sid: "ReportMetrics",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringEquals: { "cloudwatch:namespace": ["Thorbis/Database", "Thorbis/Jobs"] } },
} as const;

/** It names groups and their retention, and shows no line of them; it takes no narrower resource. */
const listLogGroups = {
  Sid: "ListLogGroups",
  Effect: "Allow",
  Action: "logs:DescribeLogGroups",
  Resource: "*",
} as const;

function declareSecrets(
  name: string,
  { configuration: { environment, secrets }, databases, shared }: OperationsArgs,
  opts: pulumi.ComponentResourceOptions,
): Secrets {
  const { aws, continuity, name: environmentName } = environment;
  const role = (roleName: string) => `arn:aws:iam::${aws.accountId}:role/${roleName}`;
  const readersOf = (jobs: readonly string[]) => jobs.map((job) => role(`operations-${job}-execution`));
  const rotation = { by: "person", everyDays: 90 } as const;
  const uses = [...new Set(Object.values(urlOf))];
  const entries = (["thorbis", "helpdesk"] as const).flatMap((product) =>
    uses.map((use) => [
      `${product.toUpperCase()}_${use.toUpperCase()}_URL`,
      {
        description: `The ${product} database, as its ${use} role`,
        value: databases[product].urls[use],
        readerArns: readersOf(Object.entries(urlOf).flatMap(([job, of]) => (of === use ? [job] : []))),
        rotation,
      },
    ]),
  );
  const keys = secrets.get(KEYS);
  if (keys !== undefined) {
    const description = "The keys that seal, sign and open the backups";
    entries.push([KEYS, { description, value: keys, readerArns: readersOf(backupJobs), rotation }]);
  }
  return new Secrets(
    `${name}-vault`,
    {
      accountId: aws.accountId,
      region: aws.region,
      ownership: ownershipOf(environment, "platform", "restricted"),
      dataProtection: continuity.dataProtection,
      entries: Object.fromEntries(entries),
      prefix: `thorbis/${environmentName}/operations`,
      administratorArns: [role(`thorbis-${environmentName}-deploy`)],
      reminderTopicArn: shared.notifications.topicArns.info,
    },
    opts,
  );
}

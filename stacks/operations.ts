import * as pulumi from "@pulumi/pulumi";
import { ImageRepository } from "../components/image-repository.ts";
import { type JobDeclaration, ScheduledJobs } from "../components/scheduled-jobs.ts";
import { Secrets } from "../components/secrets.ts";
import type { Configuration } from "./configuration.ts";
import type { Databases } from "./databases.ts";
import { containerEgress } from "./endpoints.ts";
import { type MaintenanceJob, maintenanceJobs } from "./maintenance.ts";
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
  "weekly-performance-analysis": "monitoring",
  "monthly-database-maintenance": "migrator",
};

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
          environment: { THORBIS_ENVIRONMENT: environment.name, BACKUP_BUCKET: shared.backups.bucket },
        },
        jobs: maintenanceJobs(environment, (job) => rightsOf(job, shared, secrets)),
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

/** Backups are written with one role and read with another; no other job comes near them. */
function rightsOf(
  job: MaintenanceJob,
  { backups }: SharedServices,
  { arns }: Secrets,
): Pick<JobDeclaration, "permissions" | "secrets"> {
  const role = urlOf[job];
  const url = (database: "THORBIS" | "HELPDESK") => arns[`${database}_${role?.toUpperCase()}_URL`] ?? "";
  return {
    permissions: permissionsOf(job, backups),
    ...(role === undefined
      ? {}
      : { secrets: { THORBIS_DATABASE_URL: url("THORBIS"), HELPDESK_DATABASE_URL: url("HELPDESK") } }),
  };
}

function permissionsOf(job: MaintenanceJob, backups: SharedServices["backups"]): JobDeclaration["permissions"] {
  switch (job) {
    case "daily-backup":
      return { roleArn: backups.writerRoleArn };
    case "daily-backup-verification":
    case "quarterly-recovery-test":
      return { roleArn: backups.restoreRoleArn };
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

function declareSecrets(
  name: string,
  { configuration: { environment }, databases, shared }: OperationsArgs,
  opts: pulumi.ComponentResourceOptions,
): Secrets {
  const { aws, continuity, name: environmentName } = environment;
  const role = (roleName: string) => `arn:aws:iam::${aws.accountId}:role/${roleName}`;
  const entries = (["thorbis", "helpdesk"] as const).flatMap((product) =>
    Object.entries(urlOf).map(([job, use]) => [
      `${product.toUpperCase()}_${use.toUpperCase()}_URL`,
      {
        description: `The ${product} database, as its ${use} role`,
        value: databases[product].urls[use],
        readerArns: [role(`operations-${job}-execution`)],
        rotation: { by: "person", everyDays: 90 } as const,
      },
    ]),
  );
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

import * as pulumi from "@pulumi/pulumi";
import { ImageRepository } from "../components/image-repository.ts";
import { ScheduledJobs } from "../components/scheduled-jobs.ts";
import { dutyOf, keyHolders } from "./duties.ts";
import { containerEgress } from "./endpoints.ts";
import { type MaintenanceJob, maintenanceJobs } from "./maintenance.ts";
import { declareDuties } from "./operations-duties.ts";
import { operationsOutput, settingsOf } from "./operations-settings.ts";
import { declareVault, KEYS, type OperationsArgs } from "./operations-vault.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";

/** The day-2 work that runs by the calendar: one image, a task each, and an alarm when one fails or does not run. */
export class Operations extends pulumi.ComponentResource {
  readonly imageRepository: pulumi.Output<string>;
  /** What the operations' commands read. Secret. */
  readonly settings: pulumi.Output<unknown>;

  constructor(name: string, args: OperationsArgs, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:Operations", name, {}, opts);
    const { configuration, databases, shared } = args;
    const { environment } = configuration;
    const { aws, continuity, maintenance } = environment;
    const ownership = ownershipOf(environment, "platform", "restricted");
    const child = { parent: this };
    const images = new ImageRepository("operations", { ownership, dataProtection: continuity.dataProtection }, child);
    const vault = declareVault(name, args, child);
    const jobs = new ScheduledJobs(
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
        duties: declareDuties(shared, vault),
        jobs: maintenanceJobs(environment, (job) => ({
          duty: dutyOf[job],
          environment: { THORBIS_OPERATIONS: JSON.stringify(settingsOf(job, environment)) },
          ...sizeOf(job),
        })),
        state: maintenance.enabled ? "ENABLED" : "DISABLED",
        secretKeyArns: [vault.keyArn],
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
    const keys = configuration.secrets.get(KEYS);
    this.settings = operationsOutput(environment, {
      urls: { thorbis: databases.thorbis.urls.migrator, helpdesk: databases.helpdesk.urls.migrator },
      bucket: shared.backups.bucket,
      ...(keys === undefined ? {} : { keys }),
      topicArn: shared.notifications.topicArns.warning,
      logGroup: jobs.logGroupName,
      ...(databases.clusterIdentifier === undefined ? {} : { cluster: databases.clusterIdentifier }),
    });
    this.registerOutputs({});
  }
}

/** A backup compresses, and a restore has a Postgres server beside it; the others ask questions. */
function sizeOf(job: MaintenanceJob): { cpu?: number; memoryMib?: number } {
  const duty = dutyOf[job];
  return keyHolders.includes(duty) && duty !== "prune" ? { cpu: 1024, memoryMib: 2048 } : {};
}

import * as pulumi from "@pulumi/pulumi";
import type { Caches } from "./caches.ts";
import type { Databases } from "./databases.ts";
import type { HelpDesk } from "./helpdesk.ts";
import type { Operations } from "./operations.ts";
import type { SharedServices } from "./shared.ts";
import type { Thorbis } from "./thorbis.ts";

/** What the stack tells the world: operations and people read it. Secrets among it stay secret. */
export interface PlatformOutputs {
  /** Where each app is reached, by app, without scheme. */
  readonly appDomains: pulumi.Output<Record<string, string>>;
  /** Vercel's project ids, by app. */
  readonly vercelProjects: pulumi.Output<Record<string, string>>;
  /** Where backups are written. */
  readonly backupBucket: pulumi.Output<string>;
  /** The role that adds backups and can do nothing else. */
  readonly backupWriterRole: pulumi.Output<string>;
  /** The role that reads backups and can change nothing. */
  readonly backupRestoreRole: pulumi.Output<string>;
  /** The role in which people restore, with MFA. */
  readonly recoveryRole: pulumi.Output<string | undefined>;
  /** The role that removes what retention lets go, and reads only descriptions. */
  readonly backupPruneRole: pulumi.Output<string>;
  /** Where HelpDesk's attachments lie. */
  readonly attachmentsBucket: pulumi.Output<string>;
  /** Topics by severity. */
  readonly notificationTopics: pulumi.Output<Record<string, string>>;
  /** Connection strings by product, then by role. Secret. */
  readonly databaseUrls: pulumi.Output<Record<string, Record<string, string>>>;
  /** Connection strings by use: `cache` and `queue`. Secret. */
  readonly redisUrls: pulumi.Output<Record<string, string>>;
  /** Where images are pushed, by product. */
  readonly imageRepositories: pulumi.Output<Record<string, string>>;
  /** HelpDesk's ECS services: `web` and `worker`. */
  readonly helpdeskServices: pulumi.Output<Record<string, string>>;
  /** Roles that workflows take: `preview` and `deploy`. */
  readonly deliveryRoles: pulumi.Output<Record<string, string>>;
  /** What the operations' commands read on a laptop (operations/settings.ts). Secret. */
  readonly operations: pulumi.Output<unknown>;
}

export interface PlatformParts {
  readonly shared: SharedServices;
  readonly databases: Databases;
  readonly caches: Caches;
  readonly thorbis: Thorbis;
  readonly helpdesk: HelpDesk;
  readonly operations: Operations;
}

export function platformOutputs(parts: PlatformParts): PlatformOutputs {
  const { caches, databases, helpdesk, operations, shared, thorbis } = parts;
  const apps = Object.entries(thorbis.apps);
  return {
    appDomains: pulumi.all(Object.fromEntries(apps.map(([app, { domain }]) => [app, domain]))),
    vercelProjects: pulumi.all(Object.fromEntries(apps.map(([app, { projectId }]) => [app, projectId]))),
    backupBucket: shared.backups.bucket,
    backupWriterRole: shared.backups.writerRoleArn,
    backupRestoreRole: shared.backups.restoreRoleArn,
    recoveryRole: pulumi.output(shared.backups.recoveryRoleArn),
    backupPruneRole: shared.backups.pruneRoleArn,
    attachmentsBucket: helpdesk.attachments.bucket,
    notificationTopics: pulumi.all(shared.notifications.topicArns),
    databaseUrls: pulumi.secret(
      pulumi.all([pulumi.all(databases.thorbis.urls), pulumi.all(databases.helpdesk.urls)]).apply(
        ([ofThorbis, ofHelpdesk]): Record<string, Record<string, string>> => ({
          thorbis: ofThorbis,
          helpdesk: ofHelpdesk,
        }),
      ),
    ) as pulumi.Output<Record<string, Record<string, string>>>,
    redisUrls: pulumi.secret(pulumi.all({ cache: caches.cache.url, queue: caches.queue.url })),
    imageRepositories: pulumi.all({ helpdesk: helpdesk.imageRepository, operations: operations.imageRepository }),
    helpdeskServices: pulumi.all({ web: helpdesk.web.serviceName, worker: helpdesk.worker.serviceName }),
    deliveryRoles: pulumi.all({ preview: shared.access.previewRoleArn, deploy: shared.access.deployRoleArn }),
    operations: operations.settings,
  };
}

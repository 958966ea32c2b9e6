import * as pulumi from "@pulumi/pulumi";
import { BackupBucket } from "../components/backup-bucket.ts";
import { type NotificationRoute, Notifications } from "../components/notifications.ts";
import type { Severity } from "../components/severity.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";

/** What both products stand on. */
export class SharedServices extends pulumi.ComponentResource {
  readonly notifications: Notifications;
  readonly backups: BackupBucket;

  constructor(name: string, configuration: Configuration, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:SharedServices", name, {}, opts);
    const { environment } = configuration;
    const { aws, continuity } = environment;
    const child = { parent: this };

    this.notifications = new Notifications(
      "notifications",
      {
        accountId: aws.accountId,
        ownership: ownershipOf(environment, "platform", "internal"),
        routes: notificationRoutes(configuration),
      },
      child,
    );
    this.backups = new BackupBucket(
      "backups",
      {
        bucketName: `thorbis-${environment.name}-backups`,
        accountId: aws.accountId,
        region: aws.region,
        replicaRegion: aws.replicaRegion,
        ownership: ownershipOf(environment, "platform", "restricted"),
        dataProtection: continuity.dataProtection,
        retentionDays: continuity.backupRetentionDays,
        ...retentionLock(environment),
      },
      child,
    );
    this.registerOutputs({});
  }
}

function retentionLock({ continuity: { objectLock, backupRetentionDays } }: Environment) {
  return objectLock ? { retentionLock: { mode: "GOVERNANCE", days: backupRetentionDays } as const } : {};
}

function notificationRoutes({ environment, secrets }: Configuration): Readonly<Record<Severity, NotificationRoute>> {
  const { email, slack, routes } = environment.notifications;
  const routeTo = (channels: readonly string[]): NotificationRoute => {
    const pagerDutyUrl = channels.includes("pagerduty") ? secrets.get("PAGERDUTY_INTEGRATION_URL") : undefined;
    return {
      ...(channels.includes("email") ? { emails: [...email] } : {}),
      ...(channels.includes("slack") && slack
        ? { slack: { workspaceId: slack.workspace, channelId: slack.channel } }
        : {}),
      ...(pagerDutyUrl === undefined ? {} : { pagerDutyUrl }),
    };
  };
  return { critical: routeTo(routes.critical), warning: routeTo(routes.warning), info: routeTo(routes.info) };
}

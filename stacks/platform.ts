import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./configuration.ts";
import { declareProviders } from "./providers.ts";
import { SharedServices } from "./shared.ts";
import { Thorbis } from "./thorbis.ts";

/** What the stack tells the world; secrets among it stay secret. */
export interface PlatformOutputs {
  /** Where each app is reached. */
  readonly appDomains: pulumi.Output<Record<string, string>>;
  /** Vercel's project ids, by app. */
  readonly vercelProjects: pulumi.Output<Record<string, string>>;
  /** Where backups are written. */
  readonly backupBucket: pulumi.Output<string>;
  /** Topics by severity. */
  readonly notificationTopics: pulumi.Output<Record<string, string>>;
}

/** Everything that an environment consists of. */
export function declarePlatform(configuration: Configuration): PlatformOutputs {
  announcePlaceholders(configuration);
  const providers = declareProviders(configuration.environment);
  const shared = new SharedServices("shared", configuration, { providers });
  const thorbis = new Thorbis("thorbis", { configuration, derived: {} }, { providers });
  const apps = Object.entries(thorbis.apps);
  return {
    appDomains: pulumi.output(Object.fromEntries(apps.map(([app, { domain }]) => [app, domain]))),
    vercelProjects: pulumi.output(Object.fromEntries(apps.map(([app, { projectId }]) => [app, projectId]))),
    backupBucket: shared.backups.bucket,
    notificationTopics: pulumi.all(shared.notifications.topicArns),
  };
}

function announcePlaceholders({ secrets: { placeholders } }: Configuration): void {
  if (placeholders.length === 0) return;
  void pulumi.log.warn(`placeholders stand in for secrets that this run may not see: ${placeholders.join(", ")}`);
}

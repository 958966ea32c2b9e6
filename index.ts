import { readConfiguration } from "./stacks/configuration.ts";
import { declarePlatform } from "./stacks/platform.ts";

// Read once, judged as a whole, before anything is registered: a wrong stack file changes nothing.
const configuration = readConfiguration();

export const {
  appDomains,
  vercelProjects,
  backupBucket,
  backupWriterRole,
  backupRestoreRole,
  backupPruneRole,
  recoveryRole,
  attachmentsBucket,
  notificationTopics,
  databaseUrls,
  redisUrls,
  imageRepositories,
  helpdeskServices,
  deliveryRoles,
  operations,
} = declarePlatform(configuration);

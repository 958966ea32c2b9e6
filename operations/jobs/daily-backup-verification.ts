import { backedUpDatabases } from "./databases.ts";
import type { Job } from "./job.ts";
import { completion, drillAge, integrity, restoration } from "./restoration.ts";

export const dailyBackupVerification: Job = {
  name: "daily-backup-verification",
  summary: "the day's set is there, is whole, and becomes a database again; the last drill is no older than it may be",
  checks: (context) =>
    backedUpDatabases(context.settings).flatMap((database) => [
      completion(context, database),
      integrity(context, database),
      restoration(context, database),
      drillAge(context, database),
    ]),
};

import { prune } from "../backups/prune.ts";
import { createS3Client, openStore } from "../backups/store.ts";
import { backedUpDatabases, backupPlace } from "./databases.ts";
import type { Job } from "./job.ts";

/** Retention counts verified sets, which no lifecycle rule of a bucket can: what goes, goes by its manifest. */
export const dailyBackupPruning: Job = {
  name: "daily-backup-pruning",
  summary: "sets that retention lets go are removed, each by its manifest",
  checks: ({ settings, now }) =>
    backedUpDatabases(settings).map((database) => ({
      name: `pruning of ${database.name}`,
      remedy: "./thorbis backup prune --dry-run says what would go and why the rest stays.",
      async run() {
        const place = backupPlace(settings, database);
        const store = openStore(createS3Client(settings.aws), place.settings.bucket);
        try {
          const { decisions, locked, removed } = await prune({ ...place, store, now: now() });
          return `${removed.length} of ${decisions.length} sets removed, ${locked.length} locked`;
        } finally {
          store.close();
        }
      },
    })),
};

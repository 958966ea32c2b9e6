import { createBackup } from "../backups/create.ts";
import { storedBytes } from "../backups/manifest.ts";
import { createS3Client, openStore } from "../backups/store.ts";
import { backupPlace, databasesOf } from "./databases.ts";
import type { Job } from "./job.ts";

export const dailyBackup: Job = {
  name: "daily-backup",
  summary: "a verified, encrypted set of every database",
  checks: ({ settings, now, measure, signal }) =>
    databasesOf(settings).map((database) => ({
      name: `backup of ${database.name}`,
      remedy:
        "Until this works the newest set is an old one: ./thorbis backup create says more (docs/runbooks/backup-missing.md).",
      async run() {
        const place = backupPlace(settings, database);
        const client = createS3Client(settings.aws);
        const store = openStore(client, place.settings.bucket);
        try {
          const manifest = await createBackup({
            ...place,
            store,
            client,
            environment: settings.environment,
            databaseUrl: database.url,
            now,
            ...(signal !== undefined && { signal }),
          });
          const bytes = storedBytes(manifest);
          measure(database.name, { completedBackups: 1, backupBytes: bytes, backupSeconds: manifest.durationSeconds });
          return `${manifest.id}, ${bytes} bytes, verified and promoted`;
        } finally {
          store.close();
        }
      },
    })),
};

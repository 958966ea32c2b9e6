import type { Command } from "commander";
import type { AuditTrail } from "../../operations/audit/record.ts";
import { audited } from "../../operations/audit/record.ts";
import { openTrail } from "../../operations/audit/trail.ts";
import { createBackup } from "../../operations/backups/create.ts";
import type { Manifest } from "../../operations/backups/manifest.ts";
import { storedBytes } from "../../operations/backups/manifest.ts";
import { createS3Client, openStore, type Store } from "../../operations/backups/store.ts";
import { OperationFailure } from "../../operations/failure.ts";
import { type BackupSettings, type OperationSettings, requireSetting } from "../../operations/settings.ts";
import { progressOf } from "./progress.ts";
import { interruptible } from "./terminal.ts";

export interface OpenBackups {
  store: Store;
  client: ReturnType<typeof createS3Client>;
  settings: BackupSettings;
  prefix: string;
}

/** Opens the bucket of the settings; the caller closes it. */
export function openBackups(settings: OperationSettings): OpenBackups {
  const backups = requireSetting(settings.backups, "backups");
  const client = createS3Client(settings.aws);
  return {
    client,
    store: openStore(client, backups.bucket),
    settings: backups,
    prefix: backups.prefix ?? settings.environment,
  };
}

export interface ReplicaFlags {
  replicaBucket?: string;
  replicaRegion?: string;
}

export function replicaOptions(command: Command): Command {
  return command
    .option("--replica-bucket <name>", "read from the other region's copy, as after the loss of a region")
    .option("--replica-region <region>", "the region of --replica-bucket");
}

/** The other region's copy of the sets, where the flags name it; the caller closes it. */
export function openReplica(flags: ReplicaFlags, settings: OperationSettings): Store | undefined {
  const { replicaBucket, replicaRegion } = flags;
  if ((replicaBucket === undefined) !== (replicaRegion === undefined)) {
    throw new OperationFailure("--replica-bucket and --replica-region belong together", { exitCode: 2 });
  }
  if (replicaBucket === undefined || replicaRegion === undefined) return undefined;
  return openStore(createS3Client({ ...settings.aws, region: replicaRegion }), replicaBucket);
}

export function trailOf(settings: OperationSettings): AuditTrail {
  return openTrail(settings, settings.database?.name ?? "thorbis-database");
}

/** Makes a backup with its record, its measurements and its progress: for `backup create` and before a migration. */
export async function createAudited(
  settings: OperationSettings,
  flags: { json?: boolean; acceptFall?: string },
): Promise<Manifest> {
  const { url } = requireSetting(settings.database, "database.url");
  const open = openBackups(settings);
  const line = progressOf(flags);
  try {
    return await interruptible((signal) =>
      audited(trailOf(settings), { environment: settings.environment, action: "backup create" }, async () => {
        const manifest = await createBackup({
          ...open,
          environment: settings.environment,
          databaseUrl: url,
          now: () => new Date(),
          signal,
          ...(flags.acceptFall !== undefined && { acceptFall: flags.acceptFall }),
          onProgress: ({ phase, storedBytes: stored, expectedBytes }) => line.show(phase, stored, expectedBytes),
        });
        const measurements = {
          completedBackups: 1,
          backupBytes: storedBytes(manifest),
          backupSeconds: manifest.durationSeconds,
        };
        return { result: manifest, detail: { set: manifest.id, bytes: storedBytes(manifest) }, measurements };
      }),
    );
  } finally {
    line.end();
    open.store.close();
  }
}

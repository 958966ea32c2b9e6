import { requireKeyOf } from "../backups/seal.ts";
import { chooseSet, readCatalogue, type SetChoice, writeProof } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";
import { installedBinaries, type PostgresBinaries } from "../database/binaries.ts";
import { startThrowAwayCluster } from "../database/cluster.ts";
import { operator, withConnection, withDatabase } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import { type RestoreProgress, restoreBackup } from "../restore/restore.ts";
import type { BackupSettings } from "../settings.ts";
import { type DrillRecord, keepDrill } from "./history.ts";
import { checkLogIns } from "./log-in.ts";

export interface DrillOptions {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  choice: SetChoice;
  /** "key-loss": only the escrow identity is used; "replica": `store` is the other region's bucket. */
  kind: DrillRecord["kind"];
  objectives: { rtoSeconds: number; rpoSeconds: number };
  /** Where record and proof are kept. @default `store` */
  historyStore?: Store;
  now(): Date;
  signal?: AbortSignal;
  onProgress?: (progress: RestoreProgress) => void;
}

/**
 * Restores a set into a server that exists for this only, checks it, logs in as each role, measures, and keeps the
 * result. A drill that fails is kept too, as failed; a drill that could not begin is a failed drill.
 */
export async function runDrill(options: DrillOptions): Promise<DrillRecord> {
  const { store, settings, prefix, now, kind } = options;
  const historyStore = options.historyStore ?? store;
  const started = now();
  const record: DrillRecord = {
    at: started.toISOString(),
    operator: operator(),
    setId: "",
    kind,
    ok: false,
    rtoSeconds: 0,
    rpoSeconds: 0,
    objectives: options.objectives,
    checks: [],
  };
  try {
    const { manifest } = chooseSet(await readCatalogue(store, prefix, settings.verifyKey), options.choice);
    record.setId = manifest.id;
    record.rpoSeconds = (started.getTime() - Date.parse(manifest.createdAt)) / 1_000;
    if (kind === "key-loss") await requireEscrow(settings, manifest);
    const cluster = await startThrowAwayCluster({
      binaries: sameMajor(await installedBinaries(), manifest.server.major),
      settings: FOR_LOADING,
    });
    try {
      const report = await restoreBackup({
        ...options,
        choice: { kind: "id", id: manifest.id },
        serverUrl: cluster.url,
      });
      const url = withDatabase(cluster.url, report.database);
      const logIns = await withConnection(cluster.url, "drill", (server) => checkLogIns(server, url, manifest));
      record.checks = [...report.checks, logIns];
      record.rtoSeconds = (now().getTime() - started.getTime()) / 1_000;
      record.ok =
        record.checks.every(({ ok }) => ok) &&
        record.rtoSeconds <= options.objectives.rtoSeconds &&
        record.rpoSeconds <= options.objectives.rpoSeconds;
    } finally {
      await cluster.stop();
    }
  } catch (error) {
    record.failure = messageOf(error);
    record.rtoSeconds = (now().getTime() - started.getTime()) / 1_000;
  }
  await keepDrill(historyStore, prefix, record);
  if (record.checks.length > 0 && record.checks.every(({ ok }) => ok)) {
    await writeProof(historyStore, prefix, record.setId, {
      kind: "restored",
      at: now().toISOString(),
      operator: record.operator,
      detail: `${kind} drill`,
    });
  }
  return record;
}

/**
 * A server that only ever loads one set: indexes are built without a log, and nothing is done beside that. Never for a
 * server that is to live: its data would not outlast a crash.
 */
const FOR_LOADING = {
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "4GB",
  checkpoint_timeout: "1h",
  autovacuum: "off",
  // No log is ever replayed: its files need not be filled before they are written, nor pages be written ahead of need.
  wal_init_zero: "off",
  bgwriter_lru_maxpages: "0",
};

/** A drill in another version would prove another restore. */
function sameMajor(installed: readonly PostgresBinaries[], major: number): PostgresBinaries {
  const found = installed.find((candidate) => candidate.major === major);
  if (found !== undefined) return found;
  throw new OperationFailure(`the set comes from Postgres ${major}, and that version is not installed here`, {
    exitCode: 2,
    remedy: `Install postgresql-${major} (in the operations image), so that the drill restores into the same version.`,
  });
}

async function requireEscrow(settings: BackupSettings, manifest: Parameters<typeof requireKeyOf>[0]): Promise<void> {
  const escrow = manifest.recipients.filter((recipient) => recipient.escrow);
  const { identity } = settings;
  if (identity === undefined)
    throw new OperationFailure("a key-loss drill needs the escrow identity", {
      exitCode: 2,
      remedy: "Give it with --identity FILE.",
    });
  await requireKeyOf({ id: manifest.id, recipients: escrow }, identity);
}

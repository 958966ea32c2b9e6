import { readCatalogue } from "../backups/sets.ts";
import { createS3Client, openStore, type Store } from "../backups/store.ts";
import { verifyBackup } from "../backups/verify.ts";
import { runDrill } from "../drills/drill.ts";
import { readDrills, standingOf } from "../drills/history.ts";
import { type Check, CheckFailed } from "../verification/check.ts";
import { type BackupPlace, backupPlace, type JobDatabase } from "./databases.ts";
import type { JobContext } from "./job.ts";

type Named = Pick<JobDatabase, "name" | "suffix">;
/** A backup begins at night and takes its time: this much later than the objective it is still the day's. */
const TOLERANCE_MINUTES = 120;

async function inPlace<T>(
  { settings }: JobContext,
  database: Named,
  work: (open: BackupPlace & { store: Store }) => Promise<T>,
): Promise<T> {
  const place = backupPlace(settings, database);
  const store = openStore(createS3Client(settings.aws), place.settings.bucket);
  try {
    return await work({ ...place, store });
  } finally {
    store.close();
  }
}

/** The newest set is the day's, and no set under its prefix is somebody's forgery. */
export const completion = (context: JobContext, database: Named): Check => ({
  name: `newest set of ${database.name}`,
  remedy: "./thorbis backup create makes one now; docs/runbooks/backup-missing.md says where to look first.",
  run: () =>
    inPlace(context, database, async ({ store, prefix, settings }) => {
      const { sets, untrusted } = await readCatalogue(store, prefix, settings.verifyKey);
      const newest = sets.at(-1);
      if (newest === undefined) throw new CheckFailed("there is no set");
      const minutes = Math.round((context.now().getTime() - Date.parse(newest.manifest.createdAt)) / 60_000);
      const allowed = context.settings.recoveryPointMinutes + TOLERANCE_MINUTES;
      if (minutes > allowed) throw new CheckFailed(`${newest.manifest.id} is ${minutes} minutes old, not ${allowed}`);
      if (untrusted.length > 0) throw new CheckFailed(`not to be trusted: ${untrusted.map(({ id }) => id).join(", ")}`);
      return `${newest.manifest.id}, ${minutes} minutes old`;
    }),
});

/** Every byte of the newest set is read back, decrypted and listed. */
export const integrity = (context: JobContext, database: Named): Check => ({
  name: `integrity of ${database.name}`,
  remedy: "Do not rely on this set: make a new one now, then docs/runbooks/backup-unverified.md.",
  run: () =>
    inPlace(context, database, async (open) => {
      const manifest = await verifyBackup({
        ...open,
        choice: { kind: "latest" },
        now: context.now,
        ...(context.signal !== undefined && { signal: context.signal }),
      });
      return `${manifest.id}, ${manifest.files.length} files`;
    }),
});

/** The other region's copy, as after the loss of this one; history and proofs stay here. */
function openReplica({ aws }: JobContext["settings"], { replica }: BackupPlace["settings"]): Store | undefined {
  if (replica === undefined) return undefined;
  return openStore(createS3Client({ ...aws, region: replica.region }), replica.bucket);
}

/**
 * The newest set becomes a database again, in a server of its own, within the declared times: the bucket's own, or the
 * one that reached the other region.
 */
export const restoration = (context: JobContext, database: Named, from: "bucket" | "replica" = "bucket"): Check => ({
  name: `restoration of ${database.name}${from === "replica" ? " from the other region" : ""}`,
  remedy: "A backup that cannot be restored is none: docs/runbooks/backup-unverified.md.",
  run: () =>
    inPlace(context, database, async (open) => {
      const { settings } = context;
      const replica = from === "replica" ? openReplica(settings, open.settings) : undefined;
      const drill = await runDrill({
        ...open,
        ...(replica === undefined ? { kind: "latest" } : { kind: "replica", store: replica, historyStore: open.store }),
        choice: { kind: "latest" },
        objectives: { rtoSeconds: settings.recoveryTimeMinutes * 60, rpoSeconds: settings.recoveryPointMinutes * 60 },
        now: context.now,
        ...(context.signal !== undefined && { signal: context.signal }),
      }).finally(() => replica?.close());
      const { checks, rtoSeconds, rpoSeconds, objectives } = drill;
      const isProved = checks.length > 0 && checks.every(({ ok }) => ok);
      context.measure(database.name, {
        completedDrills: drill.ok ? 1 : 0,
        verifiedBackups: isProved ? 1 : 0,
        recoveryObjectiveBreaches: rtoSeconds > objectives.rtoSeconds || rpoSeconds > objectives.rpoSeconds ? 1 : 0,
        ...(isProved && { recoveryTimeSeconds: rtoSeconds, recoveryPointSeconds: rpoSeconds }),
      });
      const times = `RTO ${Math.round(rtoSeconds)} s of ${objectives.rtoSeconds} s, RPO ${Math.round(rpoSeconds)} s of ${objectives.rpoSeconds} s`;
      if (drill.ok) return `${drill.setId} restored and compared; ${times}`;
      const red = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
      throw new CheckFailed([drill.failure, ...red, times].filter((part) => part !== undefined).join("; "));
    }),
});

/** CloudWatch keeps no infinity: no drill at all is as old as this. */
const NEVER_DAYS = 9_999;

/** A drill succeeded lately, whoever started it: the alarm on missed drills hears of it day by day. */
export const drillAge = (context: JobContext, database: Named): Check => ({
  name: `last drill of ${database.name}`,
  remedy: "./thorbis drill rehearses the recovery now: docs/runbooks/drill-missed.md.",
  run: () =>
    inPlace(context, database, async ({ store, prefix }) => {
      const { maxDaysBetween } = context.settings.drills;
      const { days, isMissed, lastSuccess } = standingOf(
        await readDrills(store, prefix),
        maxDaysBetween,
        context.now(),
      );
      context.measure(database.name, { daysSinceDrill: Math.min(days, NEVER_DAYS) });
      if (isMissed) throw new CheckFailed(`the last one that succeeded: ${lastSuccess ?? "none"}`);
      return `succeeded at ${lastSuccess}`;
    }),
});

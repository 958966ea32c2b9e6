import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import type { Manifest } from "./manifest.ts";
import { decideRetention, type RetentionDecision } from "./retention.ts";
import { layout, readCatalogue, readSet } from "./sets.ts";
import type { Store } from "./store.ts";
import { parseTombstone, printTombstone, type Tombstone } from "./tombstone.ts";

export interface PruneOptions {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  now: Date;
  /** Only decide. */
  dryRun?: boolean;
  onRemoved?: (id: string) => void;
}

export interface PruneResult {
  decisions: readonly RetentionDecision[];
  removed: readonly string[];
  /** Sets that retention would let go, but whose objects are locked until then. */
  locked: readonly { id: string; until: Date }[];
}

const CLOCK_TOLERANCE = 5 * 60_000;

/**
 * Removes what retention lets go. Each removal first leaves a tombstone that names every object of the manifest, then
 * takes the manifest away (from then on it is no backup), then the files: a run that is killed anywhere is finished by
 * the next one, and an object that no manifest named is never touched.
 */
export async function prune(options: PruneOptions): Promise<PruneResult> {
  const { store, settings, prefix, now } = options;
  if (!options.dryRun) await finishTombstones(store, prefix, options.onRemoved);
  const { sets } = await readCatalogue(store, prefix, settings.verifyKey);
  const newest = sets.at(-1);
  if (newest !== undefined && Date.parse(newest.manifest.createdAt) > now.getTime() + CLOCK_TOLERANCE) {
    throw clockFailure(
      `the newest set is from ${newest.manifest.createdAt}, and this machine's clock says ${now.toISOString()}`,
    );
  }
  if (!options.dryRun) await compareClocks(store, prefix, now);
  const decisions = decideRetention(sets, settings.retention, now);
  const removed: string[] = [];
  const locked: { id: string; until: Date }[] = [];
  for (const { id } of decisions.filter(({ keep }) => !keep)) {
    const set = sets.find(({ manifest }) => manifest.id === id);
    if (set === undefined) continue;
    const until = await lockOf(store, prefix, set.manifest, now);
    if (until !== undefined) locked.push({ id, until });
    else if (!options.dryRun) {
      await removeSet(store, prefix, set.manifest);
      removed.push(id);
      options.onRemoved?.(id);
    }
  }
  return { decisions, removed, locked };
}

/** A clock that runs ahead would age every set at once: the storage's own clock is asked. */
async function compareClocks(store: Store, prefix: string, now: Date): Promise<void> {
  const key = `${layout(prefix).tombstones}clock`;
  await store.putText(key, now.toISOString());
  const [marker] = await store.list(key);
  await store.remove(key);
  if (marker === undefined) throw new OperationFailure("the storage does not show what was just written to it");
  if (Math.abs(marker.lastModified.getTime() - now.getTime()) > CLOCK_TOLERANCE) {
    throw clockFailure(`the storage says ${marker.lastModified.toISOString()}, this machine says ${now.toISOString()}`);
  }
}

function clockFailure(what: string): OperationFailure {
  return new OperationFailure(`nothing was removed, because a clock is wrong: ${what}`, {
    remedy: "Set the machine's clock (chrony, systemd-timesyncd) and run it again.",
  });
}

async function lockOf(store: Store, prefix: string, manifest: Manifest, now: Date): Promise<Date | undefined> {
  for (const { name, versionId } of manifest.files) {
    const until = await store.lockedUntil(`${layout(prefix).set(manifest.id)}${name}`, versionId);
    if (until !== undefined && until > now) return until;
  }
  return undefined;
}

async function removeSet(store: Store, prefix: string, manifest: Manifest): Promise<void> {
  const where = layout(prefix);
  await store.putText(where.tombstone(manifest.id), printTombstone(manifest));
  await store.remove(where.manifest(manifest.id));
  await removeFiles(store, prefix, manifest);
}

async function removeFiles(store: Store, prefix: string, { id, files }: Tombstone): Promise<void> {
  const where = layout(prefix);
  for (const { name, versionId } of files) await store.remove(`${where.set(id)}${name}`, versionId);
  for (const { key } of await store.list(where.proofs(id))) await store.remove(key);
  await store.remove(where.signature(id));
  await store.remove(where.tombstone(id));
}

/**
 * Finishes removals that were begun, and takes away what a run left that died before its manifest. A tombstone whose
 * manifest is in its place has no effect: whoever could write one could otherwise remove a backup.
 */
async function finishTombstones(store: Store, prefix: string, onRemoved: PruneOptions["onRemoved"]): Promise<void> {
  for (const { key } of await store.list(layout(prefix).tombstones)) {
    if (!key.endsWith(".json")) continue;
    const tombstone = parseTombstone(key, await store.getText(key));
    if ((await readSet(store, prefix, tombstone.id, undefined)) !== undefined) {
      await store.remove(key);
      continue;
    }
    await removeFiles(store, prefix, tombstone);
    onRemoved?.(tombstone.id);
  }
}

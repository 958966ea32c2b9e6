import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { removeAll } from "./incoming.ts";
import { type Manifest, printManifest, signText } from "./manifest.ts";
import { layout } from "./sets.ts";
import type { Lock, Store } from "./store.ts";
import { allOrNone, workers } from "./workers.ts";

export interface Promotion {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  manifest: Manifest;
  now: Date;
  signal: AbortSignal;
}

const FILES_AT_A_TIME = 4;

/**
 * Copies every file to its place and writes the manifest last: that one write makes the set a backup. The storage
 * copies; no byte passes this machine again.
 */
export async function promote({ store, settings, prefix, manifest, now, signal }: Promotion): Promise<Manifest> {
  const where = layout(prefix);
  const lock = settings.lock && {
    mode: settings.lock.mode,
    until: new Date(now.getTime() + settings.lock.days * 86_400_000),
  };
  const copying = workers(FILES_AT_A_TIME);
  const failed = new AbortController();
  const eachFile = <I, O>(files: readonly I[], work: (file: I) => Promise<O>): Promise<O[]> =>
    allOrNone(files, failed, (file) =>
      copying(async () => {
        signal.throwIfAborted();
        failed.signal.throwIfAborted();
        return await work(file);
      }),
    );
  const copied = await eachFile(manifest.files, async (file) => {
    const key = `${where.set(manifest.id)}${file.name}`;
    return { file, key, versionId: await store.copy(`${where.incomingSet(manifest.id)}${file.name}`, key, file.bytes) };
  });
  await requireSizes(store, where.set(manifest.id), manifest.files);
  // Only now: what is wrong and locked could not be removed.
  if (lock !== undefined) await eachFile(copied, ({ key, versionId }) => lockFile(store, key, versionId, lock));
  signal.throwIfAborted();
  const files = copied.map(({ file, versionId }) => ({
    ...file,
    ...(versionId !== undefined && versionId !== "null" && { versionId }),
  }));
  const promoted: Manifest = { ...manifest, files };
  const text = printManifest(promoted);
  if (settings.signingKey !== undefined)
    await store.putText(where.signature(manifest.id), signText(text, settings.signingKey));
  await store.putText(where.manifest(manifest.id), text);
  // From here on it is a backup: what is left under the temporary key is the next run's to remove if this fails.
  await removeAll(store, where.incomingSet(manifest.id)).catch(() => undefined);
  return promoted;
}

/** By a listing, since the writer of backups may not read what is promoted (components/backup-access.ts). */
async function requireSizes(store: Store, folder: string, files: Manifest["files"]): Promise<void> {
  const sizes = new Map((await store.list(folder)).map(({ key, bytes }) => [key, bytes]));
  for (const { name, bytes } of files) {
    const copied = sizes.get(`${folder}${name}`);
    if (copied === bytes) continue;
    throw new OperationFailure(`${name} has ${copied ?? "no"} bytes after its promotion, not ${bytes}`);
  }
}

/** A lock that was asked for and is not there protects nothing, so it is looked at. */
async function lockFile(store: Store, key: string, versionId: string | undefined, lock: Lock): Promise<void> {
  await store.lock(key, versionId, lock);
  const until = await store.lockedUntil(key, versionId);
  // Storage keeps whole seconds.
  if (until !== undefined && until.getTime() > lock.until.getTime() - 1_000) return;
  throw new OperationFailure(`${key} is not locked although the settings ask for it`, {
    remedy: "The bucket needs object lock (it can be enabled in its settings), and this role s3:PutObjectRetention.",
  });
}

import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { removeAll } from "./incoming.ts";
import { type Manifest, printManifest, signText } from "./manifest.ts";
import { layout } from "./sets.ts";
import type { Store } from "./store.ts";

export interface Promotion {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  manifest: Manifest;
  now: Date;
  signal: AbortSignal;
}

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
  const files: Manifest["files"] = [];
  for (const file of manifest.files) {
    signal.throwIfAborted();
    const target = `${where.set(manifest.id)}${file.name}`;
    const versionId = await store.copy(`${where.incomingSet(manifest.id)}${file.name}`, target, {
      bytes: file.bytes,
      ...(lock !== undefined && { lock }),
    });
    const copied = await store.sizeOf(target);
    if (copied !== file.bytes) {
      throw new OperationFailure(`${file.name} has ${copied ?? "no"} bytes after its promotion, not ${file.bytes}`);
    }
    files.push({ ...file, ...(versionId !== undefined && versionId !== "null" && { versionId }) });
  }
  signal.throwIfAborted();
  const promoted: Manifest = { ...manifest, files };
  const text = printManifest(promoted);
  if (settings.signingKey !== undefined)
    await store.putText(where.signature(manifest.id), signText(text, settings.signingKey));
  await store.putText(where.manifest(manifest.id), text);
  // From here on it is a backup: what is left under the temporary key is the next run's to remove if this fails.
  await removeAll(store, where.incomingSet(manifest.id)).catch(() => undefined);
  return promoted;
}

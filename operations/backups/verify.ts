import { availableParallelism } from "node:os";
import { binariesFor, installedBinaries } from "../database/binaries.ts";
import { operator } from "../database/connection.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { checkFile } from "./check.ts";
import { type Manifest, storedBytes } from "./manifest.ts";
import { requireIdentity, requireKeyOf } from "./seal.ts";
import { chooseSet, layout, readCatalogue, type SetChoice, writeProof } from "./sets.ts";
import type { Store } from "./store.ts";
import { workers } from "./workers.ts";

export interface VerifyProgress {
  filesChecked: number;
  files: number;
  bytes: number;
  totalBytes: number;
}

export interface VerifyOptions {
  store: Store;
  settings: BackupSettings;
  prefix: string;
  choice: SetChoice;
  now(): Date;
  signal?: AbortSignal;
  onProgress?: (progress: VerifyProgress) => void;
}

interface Fault {
  name: string;
  reason: string;
  isDamage: boolean;
}

/** Reads a promoted set back in full and notes the finding beside it. A set that cannot be read is not a success. */
export async function verifyBackup(options: VerifyOptions): Promise<Manifest> {
  const { store, settings, prefix, now } = options;
  const identity = await requireIdentity(settings);
  const { manifest } = chooseSet(await readCatalogue(store, prefix, settings.verifyKey), options.choice);
  await requireKeyOf(manifest, identity);
  const binaries = binariesFor(await installedBinaries(), manifest.server);
  const progress = { filesChecked: 0, files: manifest.files.length, bytes: 0, totalBytes: storedBytes(manifest) };
  const checking = workers(settings.jobs ?? Math.min(4, availableParallelism()));
  const findFault = async (file: Manifest["files"][number]): Promise<Fault | undefined> => {
    try {
      options.signal?.throwIfAborted();
      const body = await store.download(`${layout(prefix).set(manifest.id)}${file.name}`, file.versionId);
      await checkFile(body, file, {
        identity,
        binaries,
        onBytes: (bytes) => {
          progress.bytes += bytes;
          options.onProgress?.(progress);
        },
        ...(options.signal !== undefined && { signal: options.signal }),
      });
      progress.filesChecked += 1;
      options.onProgress?.(progress);
      return undefined;
    } catch (error) {
      const wasInterrupted = options.signal?.aborted ?? false;
      const damaged = !wasInterrupted && (await isDamage(store, prefix, manifest, file, error));
      return { name: file.name, reason: messageOf(error), isDamage: damaged };
    }
  };
  const findings = await Promise.all(manifest.files.map((file) => checking(() => findFault(file))));
  options.signal?.throwIfAborted();
  const failures = findings.filter((finding) => finding !== undefined);
  const detail = failures.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  const proof = { at: now().toISOString(), operator: operator() };
  if (failures.some((failure) => failure.isDamage))
    await writeProof(store, prefix, manifest.id, { ...proof, kind: "damaged", detail });
  if (failures.length > 0) {
    throw new OperationFailure(`could not verify ${manifest.id}: ${detail}`, {
      remedy: "Make a new backup now (./thorbis backup create). Until it is verified, restore from an older set.",
    });
  }
  await writeProof(store, prefix, manifest.id, {
    ...proof,
    kind: "verified",
    detail: `${manifest.files.length} files`,
  });
  return manifest;
}

/** An outage of the storage is no damage: a set is marked only when its object was there and was wrong, or is gone. */
async function isDamage(
  store: Store,
  prefix: string,
  manifest: Manifest,
  file: Manifest["files"][number],
  error: unknown,
): Promise<boolean> {
  try {
    const size = await store.sizeOf(`${layout(prefix).set(manifest.id)}${file.name}`);
    return size === undefined || size !== file.bytes || !/^(download|asking)/.test(messageOf(error));
  } catch {
    return false;
  }
}

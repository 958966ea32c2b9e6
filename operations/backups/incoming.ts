import { hostname } from "node:os";
import { operator } from "../database/connection.ts";
import { SET_ID } from "./manifest.ts";
import { layout } from "./sets.ts";
import type { Store } from "./store.ts";
import { printTombstone } from "./tombstone.ts";
import { workers } from "./workers.ts";

/** How far a run has come; readable by anybody who finds its remains. */
export type RunState = "uploading" | "uploaded" | "checked" | "promoting" | "promoted";

export async function writeState(store: Store, prefix: string, id: string, state: RunState, now: Date): Promise<void> {
  const text = JSON.stringify({
    state,
    at: now.toISOString(),
    operator: operator(),
    host: hostname(),
    pid: process.pid,
  });
  await store.putText(`${layout(prefix).incomingSet(id)}state.json`, `${text}\n`);
}

/**
 * Removes what killed runs left. Only the holder of the backup lock calls it, so nothing here belongs to a live run.
 * A set without a manifest that such a run had begun to promote is no backup and goes too; one with a manifest stays.
 */
export async function removeDeadRuns(store: Store, prefix: string): Promise<string[]> {
  const where = layout(prefix);
  await store.abortUploads(where.incoming);
  await store.abortUploads(where.sets);
  const dead = (await store.listFolders(where.incoming)).filter((id) => SET_ID.test(id));
  for (const id of dead) await removeRun(store, prefix, id);
  return dead;
}

/**
 * Takes back one run. Nothing that failed may stay under the place of promoted sets, where a manifest would make it
 * one; but whoever makes backups may not delete there, so a tombstone hands it to `prune`.
 */
export async function removeRun(store: Store, prefix: string, id: string): Promise<void> {
  const where = layout(prefix);
  if ((await store.sizeOf(where.manifest(id))) === undefined) {
    const begun = await store.list(where.set(id));
    const files = begun.map(({ key }) => ({ name: key.slice(where.set(id).length) }));
    if (files.length > 0) await store.putText(where.tombstone(id), printTombstone({ id, files }));
  }
  await removeAll(store, where.incomingSet(id));
}

const REMOVALS_AT_A_TIME = 8;

/** The state goes last: as long as it stands, the next run knows that there is something to remove. */
export async function removeAll(store: Store, prefix: string): Promise<void> {
  const keys = (await store.list(prefix)).map(({ key }) => key);
  const [states, others] = [
    keys.filter((key) => key.endsWith("/state.json")),
    keys.filter((key) => !key.endsWith("/state.json")),
  ];
  const removing = workers(REMOVALS_AT_A_TIME);
  for (const group of [others, states]) await Promise.all(group.map((key) => removing(() => store.remove(key))));
}

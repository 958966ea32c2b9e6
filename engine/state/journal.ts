/**
 * The journal of a running deployment: lines appended beside the checkpoint. Steps that run side by side share one
 * flush to the disk. Whenever the journal has grown as large as the checkpoint it is folded into it, so all that a run
 * writes grows with what it changes, not with its square.
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { type DeploymentText, hashOf, keyOf, type StoredResource, storedResource } from "./checkpoint.ts";
import { syncFolder } from "./file.ts";
import { type JournalLine, type Ledger, operationKey } from "./replay.ts";
import type { Journal, OperationHandle, PendingOperation, ResourceState, Snapshot, StateChange } from "./resource.ts";
import type { Sealing } from "./sealing.ts";

const smallestFold = 256 * 1024;

export interface JournalOptions {
  file: string;
  /** The state at the start of the run, and its checkpoint's text. */
  ledger: Ledger;
  checkpoint: string;
  sealing: Sealing;
  /** Makes a checkpoint's text of a deployment. */
  render: (parts: DeploymentText) => string;
  /** Replaces the checkpoint atomically. */
  write: (text: string) => Promise<void>;
}

type Entry =
  | { operation: PendingOperation }
  | { change: StateChange; operation?: PendingOperation }
  | { failed: PendingOperation };

export class FileJournal implements Journal {
  readonly #options: JournalOptions;
  #checkpoint: string;
  #handle: FileHandle | undefined;
  #written = 0;
  #queue: Entry[] = [];
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** The key under which a state was put: the engine may mark it as to be deleted afterwards. */
  readonly #keys = new WeakMap<ResourceState, string>();

  constructor(options: JournalOptions, loaded: ResourceState[] = []) {
    this.#options = options;
    this.#checkpoint = options.checkpoint;
    for (const state of loaded) this.#keys.set(state, keyOf(state));
  }

  async begin(operation: PendingOperation): Promise<OperationHandle> {
    const begun = { type: operation.type, resource: { ...operation.resource } };
    this.#queue.push({ operation: begun });
    await this.#flush();
    return {
      end: (change) => {
        this.#queue.push({ change, operation: begun });
        return this.#flush();
      },
      fail: () => {
        this.#queue.push({ failed: begun });
        return this.#flush();
      },
    };
  }

  /** Durable with the next `begin` or `end`: whatever could depend on it comes behind it in the file. */
  async record(change: StateChange): Promise<void> {
    this.#queue.push({ change });
  }

  async close(snapshot: Snapshot): Promise<void> {
    await this.#running;
    const { sealing } = this.#options;
    const parts = {
      salt: sealing.salt,
      resources: snapshot.resources.map((state) => JSON.stringify(storedResource(state, sealing))),
      pendingOperations: snapshot.pendingOperations.map(({ resource, type }) =>
        JSON.stringify({ resource: storedResource(resource, sealing), type }),
      ),
    };
    if (this.#isChanged(parts)) await this.#replaceCheckpoint(this.#options.render(parts));
    await this.#handle?.close();
    this.#handle = undefined;
    await rm(this.#options.file, { force: true });
  }

  /**
   * Side by side, resources come in another order in each run: a state that holds the same ones stays as it is, and with
   * it an order that was right.
   */
  #isChanged(parts: DeploymentText): boolean {
    if (this.#handle) return true;
    const { ledger } = this.#options;
    const before = new Set([...ledger.resources, ...ledger.pendingOperations].map((each) => JSON.stringify(each)));
    const after = [...parts.resources, ...parts.pendingOperations];
    return after.length !== before.size || after.some((text) => !before.has(text));
  }

  /** Leaves the journal to the next run: for a run that ends in an error of its own. */
  async abandon(): Promise<void> {
    await this.#running.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Resolves when everything that is queued now is on the disk. */
  #flush(): Promise<void> {
    if (!this.#next) {
      const before = this.#running;
      this.#next = (async () => {
        await before;
        // Steps that end in the same turn are written together.
        await new Promise(setImmediate);
        this.#next = undefined;
        await this.#commit();
      })();
      this.#running = this.#next;
    }
    return this.#next;
  }

  async #commit(): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    const lines = queue.map((entry) => this.#line(entry));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    this.#handle ??= await this.#start();
    await this.#handle.writeFile(text);
    await this.#handle.datasync();
    for (const line of lines) this.#options.ledger.apply(line);
    this.#written += text.length;
    if (this.#written > Math.max(smallestFold, this.#checkpoint.length)) await this.#fold();
  }

  #line(entry: Entry): JournalLine {
    const { sealing } = this.#options;
    if ("failed" in entry) return { fail: operationKey(entry.failed) };
    if (!("change" in entry)) {
      const { type, resource } = entry.operation;
      return { begin: { type, resource: storedResource(resource, sealing) } };
    }
    const remove = entry.change.remove.map((state) => this.#keys.get(state) ?? keyOf(state));
    const put = entry.change.put.map((state) => storedResource(state, sealing));
    for (const state of entry.change.put) this.#keys.set(state, keyOf(state));
    if (entry.operation) return { end: operationKey(entry.operation), remove, put };
    return this.#isUnchanged(remove, put) ? { keep: remove } : { remove, put };
  }

  #isUnchanged(remove: string[], put: StoredResource[]): boolean {
    if (remove.length !== put.length) return false;
    return put.every((state, index) => {
      const before = this.#options.ledger.find(keyOf(state));
      return keyOf(state) === remove[index] && before !== undefined && JSON.stringify(before) === JSON.stringify(state);
    });
  }

  async #start(): Promise<FileHandle> {
    const { file } = this.#options;
    const temporary = `${file}.${process.pid}.tmp`;
    const handle = await open(temporary, "w");
    const header: JournalLine = { journal: 1, base: hashOf(this.#checkpoint) };
    await handle.writeFile(`${JSON.stringify(header)}\n`);
    await handle.datasync();
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
    return handle;
  }

  async #fold(): Promise<void> {
    const { ledger, sealing } = this.#options;
    const text = this.#options.render({
      salt: sealing.salt,
      resources: ledger.resources.map((state) => JSON.stringify(state)),
      pendingOperations: ledger.pendingOperations.map((operation) => JSON.stringify(operation)),
    });
    await this.#replaceCheckpoint(text);
    await this.#handle?.close();
    this.#checkpoint = text;
    this.#written = 0;
    this.#handle = await this.#start();
  }

  /**
   * Announced first: of a journal beside a checkpoint that it did not begin with and did not announce, nobody could say
   * whether it is in it. A kill may come between the checkpoint and the journal's end.
   */
  async #replaceCheckpoint(text: string): Promise<void> {
    this.#handle ??= await this.#start();
    const announcement: JournalLine = { fold: hashOf(text) };
    await this.#handle.writeFile(`${JSON.stringify(announcement)}\n`);
    await this.#handle.datasync();
    await this.#options.write(text);
  }
}

/**
 * One stack's state on disk: reading it with what an interrupted run left, locking it, recording a run, and moving it
 * in and out. Nothing here prints.
 */
import type { Keyring } from "../secrets/keyring.ts";
import type { Sealer } from "../secrets/passphrase.ts";
import {
  checkpointText,
  type DeploymentText,
  exportText,
  hashOf,
  keyOf,
  openedResource,
  parseCheckpoint,
  parseExport,
  type StoredDeployment,
  storedResource,
} from "./checkpoint.ts";
import { StateError } from "./errors.ts";
import { keepCopy, readIfExists, removeLeftovers, replaceFile } from "./file.ts";
import { FileJournal } from "./journal.ts";
import * as layout from "./layout.ts";
import { acquireLock, type HeldLock } from "./lock.ts";
import { Ledger, parseJournal, replay } from "./replay.ts";
import type { ResourceState, Snapshot } from "./resource.ts";
import { holdsSealed, Sealing } from "./sealing.ts";

export interface RunRecord {
  kind: "update" | "refresh" | "destroy" | "import";
  started: Date;
  succeeded: boolean;
  changes: Record<string, number>;
}

interface Loaded {
  /** Empty when there is no checkpoint yet. */
  text: string;
  ledger: Ledger;
  salt: string | undefined;
  /** An interrupted run's journal was applied. */
  recovered: boolean;
}

export class StackState {
  readonly reference: layout.StackReference;
  readonly #keyring: Keyring;
  #sealing: Sealing | undefined;

  constructor(reference: layout.StackReference, keyring: Keyring) {
    this.reference = reference;
    this.#keyring = keyring;
  }

  async exists(): Promise<boolean> {
    return (await readIfExists(layout.checkpointFile(this.reference))) !== undefined;
  }

  /** The state, with what an interrupted run did and what it had under way. Writes nothing. */
  async snapshot(): Promise<Snapshot> {
    return this.#open(await this.#load());
  }

  /** The stack's own sealer, for what else has to be sealed with its key: plans. */
  async sealer(given?: string): Promise<Sealer> {
    const salt = given ?? (await this.#load()).salt;
    return salt === undefined ? this.#keyring.create() : this.#keyring.open(salt);
  }

  lock(command: string): Promise<HeldLock> {
    return acquireLock(layout.lockFolder(this.reference), command);
  }

  /** Under the lock: the state and the journal of the run that now begins. */
  async beginRun(): Promise<{ snapshot: Snapshot; journal: FileJournal; recovered: boolean }> {
    const loaded = await this.#load();
    const sealing = await this.#sealingFor(loaded.salt);
    const file = layout.checkpointFile(this.reference);
    await removeLeftovers(layout.stacksFolder(this.reference), `${this.reference.stack}.json.`);
    if (loaded.text !== "") await keepCopy(file, layout.backupFile(this.reference));
    else await replaceFile(layout.metaFile(this.reference), "version: 1\n");
    if (loaded.text === "" || loaded.recovered) {
      loaded.text = this.#render(textOf(loaded.ledger, sealing.salt));
      if (loaded.recovered) await this.#announceFold(loaded.text);
      await replaceFile(file, loaded.text);
    }
    const snapshot = await this.#open(loaded);
    const journal = new FileJournal(
      {
        file: layout.journalFile(this.reference),
        ledger: loaded.ledger,
        checkpoint: loaded.text,
        sealing,
        render: (parts) => this.#render(parts),
        write: (text) => replaceFile(file, text),
      },
      snapshot.resources,
    );
    return { snapshot, journal, recovered: loaded.recovered };
  }

  /** The entry of a finished run in the stack's history, and a copy of the state that it left. */
  async remember(run: RunRecord): Promise<void> {
    const nanoseconds = BigInt(Date.now()) * 1_000_000n;
    const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
    const entry = {
      kind: run.kind,
      startTime: seconds(run.started),
      message: "",
      environment: { "exec.kind": "thorbis.embedded" },
      config: {},
      version: 0,
      result: run.succeeded ? "succeeded" : "failed",
      endTime: seconds(new Date()),
      ...(Object.keys(run.changes).length > 0 && { resourceChanges: run.changes }),
    };
    const file = layout.checkpointFile(this.reference);
    await keepCopy(file, layout.historyFile(this.reference, nanoseconds, "checkpoint"));
    await replaceFile(layout.historyFile(this.reference, nanoseconds, "history"), JSON.stringify(entry));
    await keepCopy(file, layout.backupCopy(this.reference, nanoseconds));
  }

  /** The text of `pulumi stack export`. */
  async export(options: { showSecrets: boolean }): Promise<string> {
    const loaded = await this.#load();
    const sealing = await this.#sealingFor(loaded.salt);
    if (!options.showSecrets) return exportText(textOf(loaded.ledger, sealing.salt), new Date());
    const form = "plain" as const;
    const { resources, pendingOperations } = await this.#open(loaded);
    const parts = {
      salt: sealing.salt,
      resources: resources.map((state) => JSON.stringify(storedResource(state, sealing, form))),
      pendingOperations: pendingOperations.map(({ resource, type }) =>
        JSON.stringify({ resource: storedResource(resource, sealing, form), type }),
      ),
    };
    return exportText(parts, new Date());
  }

  /** Replaces the state by an exported one, under the lock. `source` names the text in errors. */
  async import(text: string, source: string): Promise<{ resources: number }> {
    const deployment = parseExport(text, source);
    this.#refuseForeign(deployment, source);
    const given = holdsSealed(text) ? await this.#givenSealing(deployment, source) : undefined;
    const file = layout.checkpointFile(this.reference);
    const before = await readIfExists(file);
    const sealing = await this.#sealingFor(before === undefined ? undefined : saltOf(parseCheckpoint(before, file)));
    const opener = given ?? sealing;
    const stored = (resource: ResourceState) => storedResource(openedResource(resource, opener), sealing);
    const parts = {
      salt: sealing.salt,
      resources: (deployment.resources ?? []).map((resource) => JSON.stringify(stored(resource))),
      pendingOperations: (deployment.pending_operations ?? []).map(({ resource, type }) =>
        JSON.stringify({ resource: stored(resource), type }),
      ),
    };
    if (before === undefined) await replaceFile(layout.metaFile(this.reference), "version: 1\n");
    else await keepCopy(file, layout.backupFile(this.reference));
    const imported = this.#render(parts);
    // An old journal must not be taken for a continuation of what is imported, nor lost before that is there.
    if ((await readIfExists(layout.journalFile(this.reference))) !== undefined) await this.#announceFold(imported);
    await replaceFile(file, imported);
    return { resources: parts.resources.length };
  }

  async #load(): Promise<Loaded> {
    const file = layout.checkpointFile(this.reference);
    const text = (await readIfExists(file)) ?? "";
    if (text === "" && (await readIfExists(`${file}.gz`)) !== undefined) {
      throw new StateError(
        `${file}.gz: compressed state is not supported by the embedded engine`,
        2,
        "Use --engine pulumi.",
      );
    }
    const deployment: Partial<StoredDeployment> = text === "" ? {} : parseCheckpoint(text, file);
    const ledger = new Ledger(deployment.resources ?? [], deployment.pending_operations ?? []);
    const journal = layout.journalFile(this.reference);
    const lines = parseJournal((await readIfExists(journal)) ?? "", journal);
    const recovered = replay(lines, ledger, hashOf(text), journal);
    return { text, ledger, salt: saltOf(deployment), recovered };
  }

  /** Before the checkpoint that ends a journal is written: a kill in between must not leave one without the other. */
  async #announceFold(checkpoint: string): Promise<void> {
    const journal = layout.journalFile(this.reference);
    const text = (await readIfExists(journal)) ?? "";
    const complete = text.slice(0, text.lastIndexOf("\n") + 1);
    await replaceFile(journal, `${complete}${JSON.stringify({ fold: hashOf(checkpoint) })}\n`);
  }

  async #open(loaded: Loaded): Promise<Snapshot> {
    const { resources, pendingOperations } = loaded.ledger;
    const sealed = holdsSealed(JSON.stringify([resources, pendingOperations]));
    const sealing = this.#sealing ?? (sealed ? await this.#sealingFor(loaded.salt) : undefined);
    return {
      resources: resources.map((resource) => openedResource(resource, sealing)),
      pendingOperations: pendingOperations.map(({ resource, type }) => ({
        resource: openedResource(resource, sealing),
        type,
      })),
    };
  }

  async #sealingFor(salt: string | undefined): Promise<Sealing> {
    if (!this.#sealing || (salt !== undefined && this.#sealing.salt !== salt)) {
      this.#sealing = new Sealing(salt === undefined ? await this.#keyring.create() : await this.#keyring.open(salt));
    }
    return this.#sealing;
  }

  async #givenSealing(deployment: StoredDeployment, source: string): Promise<Sealing> {
    const salt = saltOf(deployment);
    if (salt === undefined) throw new StateError(`${source}: it holds sealed values but not the salt to open them`, 2);
    return new Sealing(await this.#keyring.open(salt));
  }

  #refuseForeign(deployment: StoredDeployment, source: string): void {
    const prefix = `urn:pulumi:${this.reference.stack}::${this.reference.project}::`;
    const foreign = (deployment.resources ?? []).find((resource) => !resource.urn.startsWith(prefix));
    if (foreign) {
      throw new StateError(
        `${source}: ${foreign.urn} belongs to another stack or project than ${layout.qualifiedName(this.reference)}`,
        2,
      );
    }
    const keys = (deployment.resources ?? []).map(keyOf);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice) throw new StateError(`${source}: ${twice.slice(1)} stands in it twice`, 2);
  }

  #render(parts: DeploymentText): string {
    return checkpointText(layout.qualifiedName(this.reference), parts, new Date());
  }
}

const saltOf = (deployment: Partial<StoredDeployment>): string | undefined => deployment.secrets_providers?.state?.salt;

const textOf = (ledger: Ledger, salt: string): DeploymentText => ({
  salt,
  resources: ledger.resources.map((resource) => JSON.stringify(resource)),
  pendingOperations: ledger.pendingOperations.map((operation) => JSON.stringify(operation)),
});

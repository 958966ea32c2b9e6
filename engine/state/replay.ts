/**
 * The lines of a journal and what they mean for a stored state. A line that is not complete was being written when
 * the process ended: nothing had been told to depend on it, so it never happened.
 */
import { keyOf, type StoredResource } from "./checkpoint.ts";
import { StateError } from "./errors.ts";
import type { OperationType } from "./resource.ts";

export interface StoredOperation {
  resource: StoredResource;
  type: OperationType;
}

export type JournalLine =
  /** First line: the checkpoint that the others continue, by the hash of its text. */
  | { journal: 1; base: string }
  | { begin: StoredOperation }
  /** `end` and `fail` name the operation that is over. */
  | { end: string; remove: string[]; put: StoredResource[] }
  | { fail: string }
  | { remove: string[]; put: StoredResource[] }
  /** States that are as they were; recorded for their place in the order. */
  | { keep: string[] }
  /** All lines before it are in the checkpoint with this hash. */
  | { fold: string };

export const operationKey = (operation: StoredOperation): string => `${operation.type} ${keyOf(operation.resource)}`;

/**
 * Resources in dependency order. What a run has touched stands first, in the order of touching, as a resource may
 * come to depend on one that is new; the rest keeps its order behind.
 */
export class Ledger {
  readonly #touched = new Map<string, StoredResource>();
  readonly #rest = new Map<string, StoredResource>();
  readonly #pending = new Map<string, StoredOperation>();

  constructor(resources: StoredResource[], pending: StoredOperation[]) {
    for (const resource of resources) {
      let key = keyOf(resource);
      // Two old components of one URN that wait for their deletion have nothing to tell them apart.
      while (this.#rest.has(key)) key += "~";
      this.#rest.set(key, resource);
    }
    for (const operation of pending) this.#pending.set(operationKey(operation), operation);
  }

  /**
   * What the run has touched, then the rest; but a resource that was found unchanged leaves no line, so whatever a
   * touched one refers to is brought before it.
   */
  get resources(): StoredResource[] {
    const all = [...this.#touched.values(), ...this.#rest.values()];
    return this.#touched.size === 0 ? all : inDependencyOrder(all);
  }

  get pendingOperations(): StoredOperation[] {
    return [...this.#pending.values()];
  }

  find(key: string): StoredResource | undefined {
    return this.#touched.get(key) ?? this.#rest.get(key);
  }

  apply(line: JournalLine): void {
    if ("begin" in line) this.#pending.set(operationKey(line.begin), line.begin);
    else if ("fail" in line) this.#pending.delete(line.fail);
    else if ("keep" in line) this.#keep(line.keep);
    else if ("put" in line) {
      if ("end" in line) this.#pending.delete(line.end);
      this.#change(line.remove, line.put);
    }
  }

  #keep(keys: string[]): void {
    for (const key of keys) {
      const state = this.#rest.get(key);
      if (!state) continue;
      this.#rest.delete(key);
      this.#touched.set(key, state);
    }
  }

  #change(remove: string[], put: StoredResource[]): void {
    const stays = new Set(put.map(keyOf));
    for (const key of remove) {
      this.#rest.delete(key);
      if (!stays.has(key)) this.#touched.delete(key);
    }
    for (const state of put) {
      // A map keeps the place of a key that it has: a state changed twice in a run stays before its dependents.
      this.#touched.set(keyOf(state), state);
      this.#rest.delete(keyOf(state));
    }
  }
}

/** Keeps the given order but where a resource would stand before one that it refers to. */
function inDependencyOrder(resources: StoredResource[]): StoredResource[] {
  const alive = new Map(resources.filter((state) => !state.delete).map((state) => [state.urn, state]));
  const placed = new Set<StoredResource>();
  const visit = (state: StoredResource): void => {
    if (placed.has(state)) return;
    placed.add(state);
    for (const urn of references(state)) {
      const target = alive.get(urn);
      if (target) visit(target);
    }
    result.push(state);
  };
  const result: StoredResource[] = [];
  for (const state of resources) visit(state);
  return result;
}

function references(state: StoredResource): string[] {
  const urns = [...(state.dependencies ?? []), ...Object.values(state.propertyDependencies ?? {}).flat()];
  if (state.parent) urns.push(state.parent);
  if (state.deletedWith) urns.push(state.deletedWith);
  // `<URN>::<id>`
  if (state.provider) urns.push(state.provider.slice(0, state.provider.lastIndexOf("::")));
  return urns;
}

/** The complete lines of a journal's text. Errors: {@link StateError} for damage other than a torn end. */
export function parseJournal(text: string, file: string): JournalLine[] {
  const lines = text.split("\n");
  // What stands behind the last line end is torn, or nothing.
  lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalLine;
    } catch {
      throw new StateError(
        `${file}: line ${index + 1} is damaged`,
        1,
        "Restore the state from a backup with `./thorbis state import`.",
      );
    }
  });
}

/**
 * Applies a journal to the checkpoint with the hash `base`. `false`: its lines are in that checkpoint already.
 * Errors: {@link StateError} when the journal belongs to another checkpoint.
 */
export function replay(lines: JournalLine[], ledger: Ledger, base: string, file: string): boolean {
  const [header, ...rest] = lines;
  if (!header) return false;
  if (!("journal" in header)) throw new StateError(`${file}: it does not begin as a journal does`);
  const folded = rest.some((line) => "fold" in line && line.fold === base);
  if (folded) return false;
  if (header.base !== base) {
    throw new StateError(
      `${file}: an interrupted run left operations that are not in the state, and the state was changed by another program since`,
      1,
      "Restore the state from a backup with `./thorbis state import`, or delete the journal if the other program's state is right; `./thorbis refresh` then finds what differs.",
    );
  }
  for (const line of rest) ledger.apply(line);
  return rest.length > 0;
}

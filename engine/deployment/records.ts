/**
 * The state as it becomes while the run goes on: what the steps left, then what the base still has. Every change is
 * handed to the journal before anything that depends on it begins.
 */
import { mapsEqual } from "../properties/equality.ts";
import type { Journal, OperationHandle, ResourceState, Snapshot, StateChange } from "../state/resource.ts";
import type { Deployment } from "./deployment.ts";
import { outputsOf, recordedState } from "./resource-state.ts";
import { normalizedReferences } from "./snapshot.ts";
import type { Step } from "./steps/step.ts";

export class Records {
  readonly #deployment: Deployment;
  readonly #journal: Journal | undefined;
  readonly #news: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#journal = deployment.dryRun ? undefined : deployment.request.journal;
  }

  async begin(step: Step): Promise<OperationHandle | undefined> {
    if (this.#journal === undefined || step.pending === undefined) return undefined;
    const { type, resource } = step.pending;
    return this.#journal.begin({ type, resource: recordedState(resource) });
  }

  async end(step: Step, handle: OperationHandle | undefined): Promise<void> {
    const effect = step.effect();
    for (const state of effect.done) this.#done.add(state);
    for (const state of effect.made) this.#news.push(state);
    const change = {
      remove: [...effect.done.map(recordedState), ...effect.changed.map(({ before }) => before)],
      put: [...effect.made, ...effect.changed.map(({ after }) => after)].map(recordedState),
    };
    if (handle !== undefined) await handle.end(change);
    else if (this.#journal !== undefined && change.remove.length + change.put.length > 0)
      await this.#journal.record(change);
  }

  /** The outputs of a component, which come after its registration. */
  async outputs(state: ResourceState, before: ResourceState): Promise<void> {
    if (this.#journal === undefined || mapsEqual(outputsOf(state), outputsOf(before))) return;
    await this.#journal.record({ remove: [before], put: [recordedState(state)] });
  }

  /** A change that a former run made and could not record any more. */
  async recovered({ remove, put }: StateChange): Promise<void> {
    await this.#journal?.record({ remove: remove.map(recordedState), put: put.map(recordedState) });
  }

  snapshot(): Snapshot {
    const { base, pendingOperations } = this.#deployment;
    const alive = [...this.#news, ...base].filter((state) => !this.#done.has(state));
    return { resources: normalizedReferences(alive.map(recordedState)), pendingOperations: [...pendingOperations] };
  }
}

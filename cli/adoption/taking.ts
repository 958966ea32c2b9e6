/** Existing resources put into a copy of a state: they are read, never written. */
import { randomUUID } from "node:crypto";
import { ProviderCalls } from "../../engine/deployment/provider-calls.ts";
import { providerConfig } from "../../engine/deployment/provider-registry.ts";
import { recordedState } from "../../engine/deployment/resource-state.ts";
import type { StepMetadata } from "../../engine/events.ts";
import { annotateSecrets, containsUnknowns } from "../../engine/properties/secrecy.ts";
import type { ProviderSource } from "../../engine/provider.ts";
import type { ResourceState, Snapshot } from "../../engine/state/resource.ts";
import { nameOf, packageOfProviderType, parseProviderReference, providerReference } from "../../engine/urn.ts";
import { OperationFailure } from "../../operations/failure.ts";

export interface Taken {
  /** The state with what was taken over; what it had before is in it as it was. */
  snapshot: Snapshot;
  /** URNs of what was not there. */
  absent: string[];
}

/** Puts existing resources into a copy of a state. */
export class Taking {
  readonly #states: Map<string, ResourceState>;
  readonly #planned: ReadonlyMap<string, ResourceState>;
  readonly #source: ProviderSource;
  readonly #providers = new Map<string, Promise<ProviderCalls>>();
  readonly #pendingOperations: Snapshot["pendingOperations"];

  /** @param steps of a preview on the snapshot */
  constructor(snapshot: Snapshot, steps: readonly StepMetadata[], source: ProviderSource) {
    this.#states = new Map(snapshot.resources.map((state) => [state.urn, state]));
    this.#pendingOperations = snapshot.pendingOperations;
    this.#planned = new Map(steps.flatMap(({ urn, new: made }) => (made ? [[urn, made] as const] : [])));
    this.#source = source;
  }

  /** @param ids by URN */
  async take(ids: ReadonlyMap<string, string>): Promise<Taken> {
    const absent: string[] = [];
    for (const [urn, id] of ids) if (!(await this.#takeOne(urn, id))) absent.push(urn);
    for (const provider of this.#providers.values()) await (await provider).provider.close();
    const known = new Set(this.#states.keys());
    const resources = [...this.#states.values()].map((state) => withoutUnknown(state, known));
    return { snapshot: { resources, pendingOperations: this.#pendingOperations }, absent };
  }

  async #takeOne(urn: string, id: string): Promise<boolean> {
    const planned = this.#planned.get(urn);
    if (!planned) throw new OperationFailure(`${urn} is not declared`, { exitCode: 2 });
    const { urn: providerUrn } = parseProviderReference(planned.provider ?? "");
    const provider = await this.#provider(providerUrn);
    const found = await provider.read({ urn, type: planned.type, name: nameOf(urn) }, id, {}, {});
    if (found === undefined) return false;
    this.#stand(planned.parent);
    const declared = planned.inputs ?? {};
    const now = new Date().toISOString();
    this.#put({
      ...planned,
      id: found.id === "" ? id : found.id,
      // What the program holds for a secret is one here too.
      inputs: annotateSecrets(found.inputs, declared),
      outputs: annotateSecrets(found.outputs, declared),
      provider: providerReference(providerUrn, this.#states.get(providerUrn)?.id ?? ""),
      created: now,
      modified: now,
    });
    return true;
  }

  /** The owners of a resource, up to the stack: they exist in no cloud, only in the state. */
  #stand(urn: string | undefined): void {
    const planned = urn === undefined ? undefined : this.#planned.get(urn);
    if (urn === undefined || !planned || this.#states.has(urn)) return;
    this.#stand(planned.parent);
    this.#put({ ...planned, outputs: {} });
  }

  #provider(urn: string): Promise<ProviderCalls> {
    const loaded = this.#providers.get(urn) ?? this.#load(urn);
    this.#providers.set(urn, loaded);
    return loaded;
  }

  async #load(urn: string): Promise<ProviderCalls> {
    const planned = this.#planned.get(urn) ?? this.#states.get(urn);
    if (!planned || containsUnknowns(planned.inputs ?? {})) {
      throw new OperationFailure(
        `${urn} cannot be asked: its configuration is known only after other resources exist`,
        {
          remedy: "apply what the provider's configuration comes from first, then adopt",
        },
      );
    }
    if (!this.#states.has(urn)) {
      this.#stand(planned.parent);
      this.#put({ ...planned, id: randomUUID() });
    }
    const inputs = planned.inputs ?? {};
    const version = typeof inputs.version === "string" ? inputs.version : undefined;
    const name = packageOfProviderType(planned.type);
    const calls = new ProviderCalls(await this.#source({ package: name, version, pluginDownloadURL: undefined }));
    await calls.configure(providerConfig(inputs));
    return calls;
  }

  #put(state: ResourceState): void {
    this.#states.set(state.urn, recordedState(state));
  }
}

/** References to what the state does not hold yet are made by the next apply, which makes what they name. */
function withoutUnknown(state: ResourceState, known: ReadonlySet<string>): ResourceState {
  const { dependencies, propertyDependencies, deletedWith, ...rest } = state;
  const keep = (urns: readonly string[]) => urns.filter((urn) => known.has(urn));
  return {
    ...rest,
    ...(dependencies && { dependencies: keep(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, urns]) => [property, keep(urns)]),
      ),
    }),
    ...(deletedWith !== undefined && known.has(deletedWith) && { deletedWith }),
  };
}

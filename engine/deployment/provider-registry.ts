/** The providers of a run: provider resources are checked, diffed, made and changed here, and found by reference. */
import { randomUUID } from "node:crypto";
import { mapsEqual } from "../properties/equality.ts";
import type { DiffResult, Provider, ProviderSource } from "../provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { nameOf, packageOfProviderType, parseProviderReference, providerReference, typeOf } from "../urn.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue, UNKNOWN } from "../values.ts";
import { type Checked, type DiffCall, ProviderCalls } from "./provider-calls.ts";

/** Key of what the engine keeps beside a provider's own inputs. */
const INTERNAL = "__internal";

export function withPlugin(inputs: PropertyMap, version: string | undefined, url: string | undefined): PropertyMap {
  if (version === undefined && url === undefined) return inputs;
  const internal = isMap(inputs[INTERNAL]) ? inputs[INTERNAL] : {};
  const result: PropertyMap = {
    ...inputs,
    [INTERNAL]: url === undefined ? internal : { ...internal, pluginDownloadURL: url },
  };
  return version === undefined ? result : { ...result, version };
}

/** Instead of a reference: the default provider that would serve the resource is switched off. */
const DENIED = "denied-default-provider::";
export const deniedDefaultProvider = (packageName: string): string => `${DENIED}${packageName}`;
/** The package whose default provider is switched off; `undefined` for a reference. */
export const deniedPackage = (reference: string): string | undefined =>
  reference.startsWith(DENIED) ? reference.slice(DENIED.length) : undefined;

const text = (value: PropertyValue | undefined): string | undefined => {
  const inner = isSecret(value) ? value.value : value;
  return typeof inner === "string" ? inner : undefined;
};

/** Which plugin a provider resource asks for. */
export function pluginOf(urn: string, inputs: PropertyMap) {
  const internal = isMap(inputs[INTERNAL]) ? inputs[INTERNAL] : inputs;
  return {
    package: packageOfProviderType(typeOf(urn)),
    version: text(inputs.version),
    pluginDownloadURL: text(internal.pluginDownloadURL),
  };
}

/** The inputs without what the engine keeps beside them. */
export function providerConfig(inputs: PropertyMap): PropertyMap {
  if (!(INTERNAL in inputs)) return inputs;
  const { [INTERNAL]: _, ...config } = inputs;
  return config;
}

const identityOf = (urn: string) => ({ urn, type: typeOf(urn), name: nameOf(urn) });

export class ProviderRegistry {
  readonly #source: ProviderSource;
  readonly #builtin: Provider;
  readonly #byReference = new Map<string, ProviderCalls>();
  /** Checked but not configured yet, by URN. */
  readonly #unconfigured = new Map<string, { key: string; calls: ProviderCalls }>();
  /** New URN to the one that it had. */
  readonly #aliases = new Map<string, string>();
  readonly #loaded = new Set<Provider>();
  readonly #loading = new Map<string, Promise<ProviderCalls>>();

  constructor(source: ProviderSource, builtin: Provider) {
    this.#source = source;
    this.#builtin = builtin;
  }

  get(reference: string): ProviderCalls | undefined {
    return this.#byReference.get(reference);
  }

  registerAlias(urn: string, alias: string): void {
    this.#aliases.set(urn, alias);
  }

  async #load(urn: string, inputs: PropertyMap): Promise<ProviderCalls> {
    const plugin = pluginOf(urn, inputs);
    if (plugin.package === "pulumi") return new ProviderCalls(this.#builtin);
    const provider = await this.#source(plugin);
    this.#loaded.add(provider);
    return new ProviderCalls(provider);
  }

  async check(urn: string, olds: PropertyMap, news: PropertyMap): Promise<Checked> {
    const key = JSON.stringify(pluginOf(urn, news));
    const waiting = this.#unconfigured.get(urn);
    const calls = waiting?.key === key ? waiting.calls : await this.#load(urn, news);
    const checked = await calls.checkConfig(identityOf(urn), providerConfig(olds), providerConfig(news));
    if (checked.failures.length > 0) return { inputs: news, failures: checked.failures };
    this.#unconfigured.set(urn, { key, calls });
    const inputs = { ...checked.inputs };
    for (const kept of ["version", INTERNAL]) if (kept in news && !(kept in inputs)) inputs[kept] = news[kept] ?? null;
    return { inputs, failures: [] };
  }

  async diff(call: DiffCall): Promise<DiffResult> {
    const { urn } = call.identity;
    const calls = this.#unconfigured.get(urn)?.calls ?? this.get(providerReference(urn, call.id));
    if (calls === undefined) throw new Error(`provider ${urn} was not loaded`);
    const newInputs = providerConfig(call.newInputs);
    const result = await calls.diffConfig({ ...call, oldInputs: providerConfig(call.oldInputs), newInputs });
    if (result.changes !== "unknown") return result;
    return { ...result, changes: mapsEqual(call.oldOutputs, newInputs) ? "none" : "some" };
  }

  async create(urn: string, inputs: PropertyMap, preview: boolean): Promise<{ id: string; outputs: PropertyMap }> {
    const calls = this.#takeUnconfigured(urn) ?? (await this.#load(urn, inputs));
    const id = preview ? UNKNOWN : randomUUID();
    const outputs = providerConfig(inputs);
    await calls.configure(outputs);
    this.#set(urn, id, calls);
    return { id, outputs };
  }

  async update(urn: string, id: string, inputs: PropertyMap): Promise<PropertyMap> {
    const calls = this.#takeUnconfigured(urn) ?? (await this.#load(urn, inputs));
    const outputs = providerConfig(inputs);
    await calls.configure(outputs);
    this.#set(urn, id, calls);
    return outputs;
  }

  /** The provider stays as it is. `fromCheck`: the one that was loaded for the check is the one to use. */
  async same(state: ResourceState, fromCheck: boolean): Promise<void> {
    const id = state.id ?? "";
    const reference = providerReference(state.urn, id);
    if (this.#byReference.has(reference)) return;
    const inputs = state.inputs ?? {};
    const checked = fromCheck ? this.#takeUnconfigured(state.urn) : undefined;
    const calls = checked ?? (await this.#load(state.urn, inputs));
    await calls.configure(providerConfig(inputs));
    this.#set(state.urn, id, calls);
  }

  /** Loads the provider of the reference from the old state, once, whoever asks. */
  async ensure(reference: string, old: ResourceState): Promise<ProviderCalls> {
    const present = this.#byReference.get(reference);
    if (present !== undefined) return present;
    let loading = this.#loading.get(reference);
    if (loading === undefined) {
      loading = this.same(old, false).then(() => this.#require(reference));
      this.#loading.set(reference, loading);
    }
    return loading;
  }

  #require(reference: string): ProviderCalls {
    const calls = this.#byReference.get(reference);
    if (calls === undefined) throw new Error(`unknown provider '${reference}'`);
    return calls;
  }

  delete(urn: string, id: string): void {
    this.#byReference.delete(providerReference(urn, id));
  }

  #takeUnconfigured(urn: string): ProviderCalls | undefined {
    const waiting = this.#unconfigured.get(urn);
    this.#unconfigured.delete(urn);
    return waiting?.calls;
  }

  #set(urn: string, id: string, calls: ProviderCalls): void {
    this.#byReference.set(providerReference(urn, id), calls);
    const alias = this.#aliases.get(urn);
    if (alias !== undefined) this.#byReference.set(providerReference(alias, id), calls);
  }

  async cancel(): Promise<void> {
    await Promise.allSettled([...this.#loaded].map((provider) => provider.cancel()));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#loaded].map((provider) => provider.close()));
  }
}

export const referencedUrn = (reference: string): string => parseProviderReference(reference).urn;

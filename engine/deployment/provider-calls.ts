/**
 * One loaded provider as the steps call it: envelopes are taken off on the way in and secretness is restored on the way
 * back, and a provider whose configuration is not known yet (in a preview) is not asked at all.
 */

import { changedKeys, differenceOf } from "../properties/difference.ts";
import { resetPaths } from "../properties/path.ts";
import { annotateSecrets, containsSecrets, containsUnknowns, unwrapMap } from "../properties/secrecy.ts";
import type { CheckFailure, CreateResult, DiffResult, Provider, ReadResult, ResourceIdentity } from "../provider.ts";
import { PartialFailure } from "../provider.ts";
import { isSecret, type PropertyMap, secret } from "../values.ts";

export interface CheckCall {
  identity: ResourceIdentity;
  olds: PropertyMap | undefined;
  news: PropertyMap;
  randomSeed: Uint8Array;
}

export interface DiffCall {
  identity: ResourceIdentity;
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  newInputs: PropertyMap;
  ignoreChanges: string[];
}

export interface ChangeCall extends DiffCall {
  preview: boolean;
  timeout: number;
}

export interface Checked {
  inputs: PropertyMap;
  failures: CheckFailure[];
}

/** The provider's configuration is not known before the apply, so neither is what it would say. */
export class DiffUnavailable extends Error {
  override readonly name = "DiffUnavailable";
}

const notKnown =
  "The provider for this resource has inputs that are not known during preview.\n" +
  "This preview may not correctly represent the changes that will be applied during an update.";

export class ProviderCalls {
  readonly provider: Provider;
  #configured: Promise<void> | undefined;
  #known = true;

  constructor(provider: Provider) {
    this.provider = provider;
  }

  get #keepsSecrets(): boolean {
    return this.provider.accepts?.secrets === true;
  }

  #in(values: PropertyMap): PropertyMap {
    return this.#keepsSecrets && this.provider.accepts?.resources === true ? values : unwrapMap(values);
  }

  #out(values: PropertyMap, given: PropertyMap): PropertyMap {
    return this.#keepsSecrets ? values : annotateSecrets(values, given);
  }

  async checkConfig(identity: ResourceIdentity, olds: PropertyMap, news: PropertyMap): Promise<Checked> {
    const request = {
      ...identity,
      oldInputs: unwrapMap(olds),
      newInputs: unwrapMap(news),
      randomSeed: new Uint8Array(),
    };
    const { inputs, failures } = await this.provider.checkConfig(request);
    return { inputs: annotateSecrets(inputs, news), failures };
  }

  diffConfig(call: DiffCall): Promise<DiffResult> {
    const { identity, id, oldInputs, oldOutputs, newInputs, ignoreChanges } = call;
    return this.provider.diffConfig({
      ...identity,
      id,
      oldInputs: unwrapMap(oldInputs),
      oldOutputs: unwrapMap(oldOutputs),
      newInputs: unwrapMap(newInputs),
      ignoreChanges,
    });
  }

  /** Starts the configuration; every later call waits for it. */
  configure(inputs: PropertyMap): Promise<void> {
    this.#known = !containsUnknowns(inputs);
    this.#configured = this.#known ? this.provider.configure(this.#in(inputs)) : Promise.resolve();
    return this.#configured;
  }

  async check({ identity, olds, news, randomSeed }: CheckCall): Promise<Checked> {
    await this.#configured;
    if (!this.#known) return { inputs: news, failures: [] };
    const request = { ...identity, newInputs: this.#in(news), randomSeed };
    const { inputs, failures } = await this.provider.check(
      olds === undefined ? request : { ...request, oldInputs: this.#in(olds) },
    );
    return { inputs: this.#out(inputs, news), failures };
  }

  async diff(call: DiffCall): Promise<DiffResult> {
    await this.#configured;
    if (!this.#known) throw new DiffUnavailable(notKnown);
    const { identity, id, oldInputs, oldOutputs, newInputs, ignoreChanges } = call;
    const result = await this.provider.diff({
      ...identity,
      id,
      oldInputs: this.#in(oldInputs),
      oldOutputs: this.#in(oldOutputs),
      newInputs: this.#in(newInputs),
      ignoreChanges,
    });
    return result.changes === "unknown" ? comparedInputs(call, result) : result;
  }

  async create(
    identity: ResourceIdentity,
    inputs: PropertyMap,
    preview: boolean,
    timeout: number,
  ): Promise<CreateResult> {
    await this.#configured;
    if (!this.#known) return { id: "", outputs: {} };
    try {
      const { id, outputs } = await this.provider.create({ ...identity, inputs: this.#in(inputs), preview, timeout });
      return { id, outputs: this.#out(outputs, inputs) };
    } catch (error) {
      throw this.#annotatedFailure(error, inputs);
    }
  }

  async read(
    identity: ResourceIdentity,
    id: string,
    inputs: PropertyMap,
    state: PropertyMap,
  ): Promise<ReadResult | undefined> {
    await this.#configured;
    if (!this.#known) return { id, inputs: {}, outputs: {} };
    const request = { ...identity, id, inputs: this.#in(inputs), state: this.#in(state) };
    const found = await this.provider.read(request);
    if (found === undefined) return undefined;
    return { id: found.id, inputs: this.#out(found.inputs, inputs), outputs: this.#out(found.outputs, state) };
  }

  async update(call: ChangeCall): Promise<PropertyMap> {
    await this.#configured;
    if (!this.#known) return {};
    const { identity, id, oldInputs, oldOutputs, newInputs, ignoreChanges, preview, timeout } = call;
    try {
      const outputs = await this.provider.update({
        ...identity,
        id,
        oldInputs: this.#in(oldInputs),
        oldOutputs: this.#in(oldOutputs),
        newInputs: this.#in(newInputs),
        ignoreChanges,
        preview,
        timeout,
      });
      return this.#out(outputs, newInputs);
    } catch (error) {
      throw this.#annotatedFailure(error, newInputs);
    }
  }

  async delete(
    identity: ResourceIdentity,
    id: string,
    inputs: PropertyMap,
    outputs: PropertyMap,
    timeout: number,
  ): Promise<void> {
    await this.#configured;
    const request = { ...identity, id, oldInputs: this.#in(inputs), oldOutputs: this.#in(outputs), timeout };
    await this.provider.delete(request);
  }

  async find(identity: ResourceIdentity, inputs: PropertyMap): Promise<string | undefined> {
    await this.#configured;
    return this.provider.find?.({ ...identity, inputs: this.#in(inputs) });
  }

  get canFind(): boolean {
    return this.provider.find !== undefined;
  }

  async invoke(token: string, args: PropertyMap): Promise<{ result: PropertyMap; failures: CheckFailure[] }> {
    await this.#configured;
    if (!this.#known) return { result: {}, failures: [] };
    const { result, failures } = await this.provider.invoke({ token, args: this.#in(args) });
    if (this.#keepsSecrets || !containsSecrets(args)) return { result, failures };
    const sealed = Object.entries(result).map(([key, value]) => [key, isSecret(value) ? value : secret(value)]);
    return { result: Object.fromEntries(sealed), failures };
  }

  #annotatedFailure(error: unknown, inputs: PropertyMap): unknown {
    if (!(error instanceof PartialFailure)) return error;
    return new PartialFailure(error.id, this.#out(error.outputs, inputs), error.reasons, error.inputs);
  }
}

/** A provider that does not say whether anything changed: the inputs decide. */
function comparedInputs(call: DiffCall, result: DiffResult): DiffResult {
  const { inputs } = resetPaths(call.newInputs, call.oldInputs, call.ignoreChanges);
  const difference = differenceOf(unwrapMap(call.oldInputs), unwrapMap(inputs));
  if (difference === undefined) return { ...result, changes: "none" };
  const diffs = changedKeys(difference);
  const kind = (key: string) => (key in difference.adds ? "add" : key in difference.updates ? "update" : "delete");
  const detail = Object.fromEntries(diffs.map((key) => [key, { kind: kind(key), inputDiff: true } as const]));
  return { ...result, changes: "some", diffs, detailedDiff: detail };
}

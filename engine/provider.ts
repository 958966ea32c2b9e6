/**
 * What the engine asks of a provider. The sandbox implements it in-process; `engine/host` implements it over Pulumi's
 * gRPC protocol for plugin processes. The calls and their meaning are those of `proto/pulumi/provider.proto`.
 *
 * Values: inputs never hold secret envelopes (the engine unwraps them and restores secretness on the way back) unless
 * the provider {@link Provider.accepts} them, and hold {@link UNKNOWN} only in a preview and in `check` and `diff`. Outputs may hold secret envelopes where the provider
 * itself knows a value to be secret.
 */
import type { PropertyMap } from "./values.ts";

export interface ResourceIdentity {
  /** The resource's URN. */
  urn: string;
  /** The type token, for example `aws:s3/bucket:Bucket`. */
  type: string;
  /** The logical name: the last part of the URN. */
  name: string;
}

export interface CheckRequest extends ResourceIdentity {
  /** The inputs of the last successful operation; absent when there is none. */
  oldInputs?: PropertyMap;
  newInputs: PropertyMap;
  /** 32 bytes, stable for a resource between preview and apply: the source of generated names. */
  randomSeed: Uint8Array;
}

export interface CheckFailure {
  /** Path of the offending property in Pulumi's notation, for example `rules[0].action`; empty for the resource. */
  property: string;
  reason: string;
}

export interface CheckResult {
  /** The inputs with the provider's defaults applied. */
  inputs: PropertyMap;
  failures: CheckFailure[];
}

export interface DiffRequest extends ResourceIdentity {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  newInputs: PropertyMap;
  ignoreChanges: string[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface DiffResult {
  changes: "none" | "some" | "unknown";
  /** Top-level names of the properties that differ. */
  diffs: string[];
  /** Paths of the properties whose change forces a replacement. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** Outputs that an update leaves as they are; `undefined` when the provider does not say. */
  stables?: string[];
  /** By property path; absent when the provider gives no detail. `inputDiff` compares inputs rather than state. */
  detailedDiff?: Record<string, { kind: DiffKind; inputDiff: boolean }>;
}

export interface CreateRequest extends ResourceIdentity {
  inputs: PropertyMap;
  /** True in a preview: nothing is created, outputs that are not known yet are {@link UNKNOWN}, the id is empty. */
  preview: boolean;
  /** Seconds; 0 for the provider's default. */
  timeout: number;
}

export interface CreateResult {
  id: string;
  outputs: PropertyMap;
}

export interface ReadRequest extends ResourceIdentity {
  id: string;
  inputs: PropertyMap;
  /** The outputs last known; empty for a `get` or an import. */
  state: PropertyMap;
}

export interface ReadResult {
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
}

export interface UpdateRequest extends ResourceIdentity {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  newInputs: PropertyMap;
  ignoreChanges: string[];
  preview: boolean;
  timeout: number;
}

export interface DeleteRequest extends ResourceIdentity {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  timeout: number;
}

export interface InvokeRequest {
  /** For example `aws:index/getCallerIdentity:getCallerIdentity`. */
  token: string;
  args: PropertyMap;
}

/**
 * A resource was made or changed, but not completely. The engine keeps what is given here in the state with the
 * reasons as `initErrors`.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
  readonly reasons: string[];
  constructor(id: string, outputs: PropertyMap, reasons: string[], inputs?: PropertyMap) {
    super(reasons.join("\n"));
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
    this.reasons = reasons;
  }
}

export interface Provider {
  /** Envelopes that the provider understands; without this it gets none, and secretness is restored by key. */
  readonly accepts?: { secrets: boolean; resources: boolean };
  checkConfig(request: CheckRequest): Promise<CheckResult>;
  diffConfig(request: DiffRequest): Promise<DiffResult>;
  /** Called once before any other call but the two above. */
  configure(inputs: PropertyMap): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** Resolves to `undefined` when nothing with that id exists. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  update(request: UpdateRequest): Promise<PropertyMap>;
  /** Succeeds when the resource is gone already. */
  delete(request: DeleteRequest): Promise<void>;
  /**
   * The id of an existing resource that an interrupted `create` with these inputs would have left behind, found by
   * its unique name; `undefined` when there is none. Absent: the provider cannot tell. Not part of Pulumi's protocol:
   * the engine uses it to settle pending creations after a kill.
   */
  find?(request: ResourceIdentity & { inputs: PropertyMap }): Promise<string | undefined>;
  invoke(request: InvokeRequest): Promise<{ result: PropertyMap; failures: CheckFailure[] }>;
  /** Asks operations under way to stop early. */
  cancel(): Promise<void>;
  /** Releases everything: processes, connections, files. */
  close(): Promise<void>;
}

/** Where the engine gets its providers from. Called at most once for each provider resource. */
export type ProviderSource = (request: {
  /** Package name, for example `aws`. */
  package: string;
  version: string | undefined;
  /** Where to download the plugin from, as the SDK gives it; not used by the sandbox. */
  pluginDownloadURL: string | undefined;
}) => Promise<Provider>;

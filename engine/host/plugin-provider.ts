/** A provider in a plugin process, as the engine's interface has it. */
import messages, {
  type CheckResponse,
  type ConfigureResponse,
  type CreateResponse,
  type DiffResponse,
  type InvokeResponse,
  type ProviderHandshakeResponse,
  type ReadResponse,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { containsUnknowns, unwrap } from "../properties/secrecy.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffKind,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  Provider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../provider.ts";
import type { PropertyMap } from "../values.ts";
import { PluginClient } from "./plugin-client.ts";
import type { PluginProcess } from "./plugin-process.ts";

const structOf = (values: PropertyMap): Struct => struct.Struct.fromJavaScript(values);
const valuesOf = (message: Struct | undefined): PropertyMap => (message?.toJavaScript() ?? {}) as PropertyMap;

const { DiffResponse: Diff, PropertyDiff } = messages;

const kinds: Record<number, DiffKind> = {
  [PropertyDiff.Kind.ADD]: "add",
  [PropertyDiff.Kind.ADD_REPLACE]: "add-replace",
  [PropertyDiff.Kind.DELETE]: "delete",
  [PropertyDiff.Kind.DELETE_REPLACE]: "delete-replace",
  [PropertyDiff.Kind.UPDATE]: "update",
  [PropertyDiff.Kind.UPDATE_REPLACE]: "update-replace",
};

export class PluginProvider implements Provider {
  readonly #package: string;
  readonly #process: PluginProcess;
  readonly #client: PluginClient;
  #accepts = { secrets: false, resources: false };
  #supportsPreview = true;
  #shookHands = false;

  constructor(packageName: string, process: PluginProcess) {
    this.#package = packageName;
    this.#process = process;
    this.#client = new PluginClient(process.port);
  }

  get accepts() {
    return this.#accepts;
  }

  /** Tells the plugin who is calling; older plugins say what they understand when they are configured. */
  async handshake(engineAddress: string): Promise<void> {
    const request = new messages.ProviderHandshakeRequest();
    request.setEngineAddress(engineAddress);
    request.setRootDirectory(this.#process.directory);
    request.setProgramDirectory(this.#process.directory);
    const answer = await this.#client.callIfThere<ProviderHandshakeResponse>("handshake", request);
    if (answer === undefined) return;
    this.#shookHands = true;
    this.#accepts = { secrets: answer.getAcceptSecrets(), resources: answer.getAcceptResources() };
  }

  async checkConfig({ urn, type, name, oldInputs = {}, newInputs }: CheckRequest): Promise<CheckResult> {
    const request = new messages.CheckRequest().setUrn(urn).setType(type).setName(name);
    request.setOlds(structOf(oldInputs)).setNews(structOf(newInputs));
    const answer = await this.#client.callIfThere<CheckResponse>("checkConfig", request);
    return answer === undefined ? { inputs: newInputs, failures: [] } : checked(answer);
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    const answer = await this.#client.callIfThere<DiffResponse>("diffConfig", diffMessage(request));
    if (answer === undefined) return { changes: "unknown", diffs: [], replaces: [], deleteBeforeReplace: false };
    return diffed(answer);
  }

  async configure(inputs: PropertyMap): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(structOf(inputs));
    request.setAcceptsecrets(true).setAcceptresources(true).setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    const variables = request.getVariablesMap();
    for (const [key, value] of Object.entries(inputs)) {
      const plain = unwrap(value);
      if (key !== "version")
        variables.set(`${this.#package}:config:${key}`, typeof plain === "string" ? plain : JSON.stringify(plain));
    }
    const answer = await this.#client.call<ConfigureResponse>("configure", request);
    if (this.#shookHands) return;
    this.#accepts = { secrets: answer.getAcceptsecrets(), resources: answer.getAcceptresources() };
    this.#supportsPreview = answer.getSupportspreview();
  }

  async check({ urn, type, name, oldInputs, newInputs, randomSeed }: CheckRequest): Promise<CheckResult> {
    const request = new messages.CheckRequest().setUrn(urn).setType(type).setName(name);
    request
      .setOlds(structOf(oldInputs ?? {}))
      .setNews(structOf(newInputs))
      .setRandomseed(randomSeed);
    return checked(await this.#client.call<CheckResponse>("check", request));
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return diffed(await this.#client.call<DiffResponse>("diff", diffMessage(request)));
  }

  async create({ urn, type, name, inputs, preview, timeout }: CreateRequest): Promise<CreateResult> {
    if (preview && !this.#supportsPreview) return { id: "", outputs: inputs };
    const request = new messages.CreateRequest().setUrn(urn).setType(type).setName(name);
    request.setProperties(structOf(inputs)).setPreview(preview).setTimeout(timeout);
    const answer = await this.#client.call<CreateResponse>("create", request);
    return { id: answer.getId(), outputs: valuesOf(answer.getProperties()) };
  }

  async read({ urn, type, name, id, inputs, state }: ReadRequest): Promise<ReadResult | undefined> {
    if (containsUnknowns(inputs)) return { id, inputs, outputs: {} };
    const request = new messages.ReadRequest().setUrn(urn).setType(type).setName(name).setId(id);
    request.setInputs(structOf(inputs)).setProperties(structOf(state));
    const answer = await this.#client.call<ReadResponse>("read", request);
    if (answer.getId() === "") return undefined;
    const found = answer.getInputs();
    const kept = found === undefined ? inputs : valuesOf(found);
    return { id: answer.getId(), inputs: kept, outputs: valuesOf(answer.getProperties()) };
  }

  async update(update: UpdateRequest): Promise<PropertyMap> {
    const { urn, type, name, id, oldInputs, oldOutputs, newInputs, ignoreChanges, preview, timeout } = update;
    if (preview && !this.#supportsPreview) return newInputs;
    const request = new messages.UpdateRequest().setUrn(urn).setType(type).setName(name).setId(id);
    request.setOldInputs(structOf(oldInputs)).setOlds(structOf(oldOutputs)).setNews(structOf(newInputs));
    request.setIgnorechangesList(ignoreChanges).setPreview(preview).setTimeout(timeout);
    return valuesOf((await this.#client.call<UpdateResponse>("update", request)).getProperties());
  }

  async delete({ urn, type, name, id, oldInputs, oldOutputs, timeout }: DeleteRequest): Promise<void> {
    const request = new messages.DeleteRequest().setUrn(urn).setType(type).setName(name).setId(id);
    request.setOldInputs(structOf(oldInputs)).setProperties(structOf(oldOutputs)).setTimeout(timeout);
    await this.#client.call("delete", request);
  }

  async invoke({ token, args }: InvokeRequest) {
    const request = new messages.InvokeRequest().setTok(token).setArgs(structOf(args));
    const answer = await this.#client.call<InvokeResponse>("invoke", request);
    return { result: valuesOf(answer.getReturn()), failures: failuresOf(answer) };
  }

  async cancel(): Promise<void> {
    await this.#client.callIfThere("cancel", new empty.Empty());
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#process.stop();
  }
}

const failuresOf = (answer: CheckResponse | InvokeResponse) =>
  answer.getFailuresList().map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));

const checked = (answer: CheckResponse): CheckResult => ({
  inputs: valuesOf(answer.getInputs()),
  failures: failuresOf(answer),
});

function diffMessage({ urn, type, name, id, oldInputs, oldOutputs, newInputs, ignoreChanges }: DiffRequest) {
  const request = new messages.DiffRequest().setUrn(urn).setType(type).setName(name).setId(id);
  request.setOldInputs(structOf(oldInputs)).setOlds(structOf(oldOutputs)).setNews(structOf(newInputs));
  return request.setIgnorechangesList(ignoreChanges);
}

function diffed(answer: DiffResponse): DiffResult {
  const { DIFF_NONE, DIFF_SOME } = Diff.DiffChanges;
  const changes = answer.getChanges();
  const entries: [string, { kind: DiffKind; inputDiff: boolean }][] = [];
  answer.getDetaileddiffMap().forEach((diff, path) => {
    entries.push([path, { kind: kinds[diff.getKind()] ?? "update", inputDiff: diff.getInputdiff() }]);
  });
  return {
    changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
    diffs: answer.getDiffsList(),
    replaces: answer.getReplacesList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    stables: answer.getStablesList(),
    ...(entries.length > 0 && { detailedDiff: Object.fromEntries(entries) }),
  };
}

/** Serves a provider over Pulumi's gRPC provider protocol, so that any engine can use the sandbox. */
import { createHash } from "node:crypto";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  type CheckFailure,
  type CheckResult,
  type DiffKind,
  type DiffResult,
  PartialFailure,
  type Provider,
} from "../engine/provider.ts";
import type { PropertyMap } from "../engine/values.ts";

export interface ServedProvider {
  /** On 127.0.0.1. */
  port: number;
  close(): Promise<void>;
}

export interface Identification {
  name: string;
  /** Of the real provider whose place it takes. */
  version: string;
}

type Method<Request, Response> = (request: Request) => Promise<Response>;

const read = (message: Struct | undefined): PropertyMap => (message?.toJavaScript() ?? {}) as PropertyMap;
const write = (values: PropertyMap): Struct => struct.Struct.fromJavaScript(values);

const { Kind } = messages.PropertyDiff;
const { DiffChanges } = messages.DiffResponse;

const kinds: Readonly<Record<DiffKind, number>> = {
  add: Kind.ADD,
  "add-replace": Kind.ADD_REPLACE,
  delete: Kind.DELETE,
  "delete-replace": Kind.DELETE_REPLACE,
  update: Kind.UPDATE,
  "update-replace": Kind.UPDATE_REPLACE,
};

const changes = { none: DiffChanges.DIFF_NONE, some: DiffChanges.DIFF_SOME, unknown: DiffChanges.DIFF_UNKNOWN };

interface Named {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

/** Older engines send the URN only. */
function identityOf(request: Named): { urn: string; type: string; name: string } {
  const urn = request.getUrn();
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return { urn, type: request.getType() || (type.split("$").at(-1) ?? ""), name: request.getName() || name };
}

function seedOf(urn: string, sent: Uint8Array): Uint8Array {
  return sent.length > 0 ? sent : createHash("sha256").update(urn).digest();
}

const checkRequest = (request: InstanceType<typeof messages.CheckRequest>) => ({
  ...identityOf(request),
  ...(request.hasOlds() ? { oldInputs: read(request.getOlds()) } : {}),
  newInputs: read(request.getNews()),
  randomSeed: seedOf(request.getUrn(), request.getRandomseed_asU8()),
});

const diffRequest = (request: InstanceType<typeof messages.DiffRequest>) => ({
  ...identityOf(request),
  id: request.getId(),
  oldInputs: read(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()),
  oldOutputs: read(request.getOlds()),
  newInputs: read(request.getNews()),
  ignoreChanges: request.getIgnorechangesList(),
});

function failuresOf(failures: readonly CheckFailure[]) {
  return failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason));
}

function checked({ inputs, failures }: CheckResult) {
  const response = new messages.CheckResponse();
  response.setInputs(write(inputs));
  return response.setFailuresList(failuresOf(failures));
}

function diffed(result: DiffResult) {
  const response = new messages.DiffResponse();
  response.setChanges(changes[result.changes]).setDiffsList(result.diffs).setReplacesList(result.replaces);
  response.setDeletebeforereplace(result.deleteBeforeReplace).setStablesList(result.stables ?? []);
  if (result.detailedDiff === undefined) return response;
  response.setHasdetaileddiff(true);
  for (const [path, { kind, inputDiff }] of Object.entries(result.detailedDiff)) {
    const property = new messages.PropertyDiff();
    property.setInputdiff(inputDiff);
    property.setKind(kinds[kind] as Parameters<typeof property.setKind>[0]);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

/** The methods, by the names of the service's definition. */
function methodsOf(provider: Provider, { name, version }: Identification) {
  return {
    async handshake() {
      return new messages.ProviderHandshakeResponse();
    },
    async getPluginInfo() {
      return new plugins.PluginInfo().setVersion(version);
    },
    async getSchema() {
      return new messages.GetSchemaResponse().setSchema(JSON.stringify({ name, version, resources: {} }));
    },
    async checkConfig(request: InstanceType<typeof messages.CheckRequest>) {
      return checked(await provider.checkConfig(checkRequest(request)));
    },
    async diffConfig(request: InstanceType<typeof messages.DiffRequest>) {
      return diffed(await provider.diffConfig(diffRequest(request)));
    },
    async configure(request: InstanceType<typeof messages.ConfigureRequest>) {
      await provider.configure(read(request.getArgs()));
      const response = new messages.ConfigureResponse();
      return response
        .setSupportspreview(true)
        .setAcceptsecrets(false)
        .setAcceptresources(false)
        .setAcceptoutputs(false);
    },
    async check(request: InstanceType<typeof messages.CheckRequest>) {
      return checked(await provider.check(checkRequest(request)));
    },
    async diff(request: InstanceType<typeof messages.DiffRequest>) {
      return diffed(await provider.diff(diffRequest(request)));
    },
    async create(request: InstanceType<typeof messages.CreateRequest>) {
      const { id, outputs } = await provider.create({
        ...identityOf(request),
        inputs: read(request.getProperties()),
        preview: request.getPreview(),
        timeout: request.getTimeout(),
      });
      const response = new messages.CreateResponse().setId(id);
      response.setProperties(write(outputs));
      return response;
    },
    async read(request: InstanceType<typeof messages.ReadRequest>) {
      const found = await provider.read({
        ...identityOf(request),
        id: request.getId(),
        inputs: read(request.getInputs()),
        state: read(request.getProperties()),
      });
      const response = new messages.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setInputs(write(found.inputs));
      response.setProperties(write(found.outputs));
      return response;
    },
    async update(request: InstanceType<typeof messages.UpdateRequest>) {
      const outputs = await provider.update({
        ...identityOf(request),
        id: request.getId(),
        oldInputs: read(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()),
        oldOutputs: read(request.getOlds()),
        newInputs: read(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
        timeout: request.getTimeout(),
      });
      const response = new messages.UpdateResponse();
      response.setProperties(write(outputs));
      return response;
    },
    async delete(request: InstanceType<typeof messages.DeleteRequest>) {
      await provider.delete({
        ...identityOf(request),
        id: request.getId(),
        oldInputs: read(request.getOldInputs()),
        oldOutputs: read(request.getProperties()),
        timeout: request.getTimeout(),
      });
      return new empty.Empty();
    },
    async invoke(request: InstanceType<typeof messages.InvokeRequest>) {
      const { result, failures } = await provider.invoke({ token: request.getTok(), args: read(request.getArgs()) });
      const response = new messages.InvokeResponse();
      response.setReturn(write(result));
      return response.setFailuresList(failuresOf(failures));
    },
    async cancel() {
      await provider.cancel();
      return new empty.Empty();
    },
    /** A debugger's way in; the provider is running already. */
    async attach() {
      return new empty.Empty();
    },
  };
}

/** A resource that was made, but not completely, travels in the status. */
function details(failure: PartialFailure): Metadata {
  const detail = new messages.ErrorResourceInitFailed().setId(failure.id).setReasonsList(failure.reasons);
  detail.setProperties(write(failure.outputs));
  if (failure.inputs !== undefined) detail.setInputs(write(failure.inputs));
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new statuses.Status().setCode(status.UNKNOWN).setMessage(failure.message).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return metadata;
}

function handler<Request, Response>(method: Method<Request, Response>): UntypedHandleCall {
  const handle = (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    method(call.request).then(
      (response) => answer(null, response),
      (error: unknown) =>
        answer({
          code: status.UNKNOWN,
          details: error instanceof Error ? error.message : String(error),
          ...(error instanceof PartialFailure ? { metadata: details(error) } : {}),
        }),
    );
  };
  return handle as UntypedHandleCall;
}

export async function serveProvider(provider: Provider, identification: Identification): Promise<ServedProvider> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const methods = Object.entries(methodsOf(provider, identification));
  const handlers = methods.map(([name, method]) => [name, handler(method as Method<unknown, unknown>)] as const);
  // The generated definition types its handlers one by one; here they are made alike.
  const definition = services.ResourceProviderService as unknown as ServiceDefinition;
  const served = Object.fromEntries(
    Object.entries(definition).filter(([name]) => methods.some(([own]) => own === name)),
  );
  server.addService(served, Object.fromEntries(handlers));
  const port = await new Promise<number>((bound, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, chosen) =>
      error === null ? bound(chosen) : failed(error),
    );
  });
  return {
    port,
    close: () => new Promise((closed) => server.tryShutdown(() => closed())),
  };
}

/** The provider of package `test` as a plugin process: for the Pulumi CLI, and for the tests of the plugin host. */
import { Server, ServerCredentials, type ServiceError, status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages, {
  type CheckRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type InvokeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { DiffResult } from "../../../engine/provider.ts";
import type { PropertyMap } from "../../../engine/values.ts";
import { ThingStore, thingProvider } from "./things.ts";

const provider = thingProvider(new ThingStore(process.env.TEST_PROVIDER_DIR ?? "."));

const structOf = (values: PropertyMap): Struct => struct.Struct.fromJavaScript(values);

/** `__defaults` is a note of older engines to themselves. */
function valuesOf(message: Struct | undefined): PropertyMap {
  const { __defaults: _, ...values } = (message?.toJavaScript() ?? {}) as PropertyMap;
  return values;
}

const identity = (
  request: CheckRequest | DiffRequest | CreateRequest | ReadRequest | UpdateRequest | DeleteRequest,
) => {
  const [, , type = "", ...name] = request.getUrn().split("::");
  return { urn: request.getUrn(), type: type.slice(type.lastIndexOf("$") + 1), name: name.join("::") };
};

function diffMessage({ changes, diffs, replaces, deleteBeforeReplace }: DiffResult) {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const answer = new messages.DiffResponse().setChanges(changes === "none" ? DIFF_NONE : DIFF_SOME);
  return answer.setDiffsList(diffs).setReplacesList(replaces).setDeletebeforereplace(deleteBeforeReplace);
}

const diffRequest = (request: DiffRequest) => ({
  ...identity(request),
  id: request.getId(),
  oldInputs: valuesOf(request.getOldInputs()),
  oldOutputs: valuesOf(request.getOlds()),
  newInputs: valuesOf(request.getNews()),
  ignoreChanges: request.getIgnorechangesList(),
});

const unimplemented = async (): Promise<never> => {
  throw Object.assign(new Error("not implemented"), { code: status.UNIMPLEMENTED });
};

const methods: Record<string, (request: never) => Promise<unknown>> = {
  handshake: async () => new messages.ProviderHandshakeResponse(),
  getPluginInfo: async () => new plugin.PluginInfo().setVersion("1.0.0"),
  getSchema: async () => new messages.GetSchemaResponse().setSchema("{}"),
  getMapping: async () => new messages.GetMappingResponse(),
  getMappings: async () => new messages.GetMappingsResponse(),
  attach: async () => new empty.Empty(),
  cancel: async () => new empty.Empty(),
  parameterize: unimplemented,
  call: unimplemented,
  construct: unimplemented,
  checkConfig: async (request: CheckRequest) => new messages.CheckResponse().setInputs(request.getNews()),
  diffConfig: async (request: DiffRequest) => diffMessage(await provider.diffConfig(diffRequest(request))),
  configure: async () => new messages.ConfigureResponse().setSupportspreview(true),
  check: async (request: CheckRequest) => {
    const { inputs, failures } = await provider.check({
      ...identity(request),
      newInputs: valuesOf(request.getNews()),
      randomSeed: request.getRandomseed_asU8(),
    });
    const answer = new messages.CheckResponse().setInputs(structOf(inputs));
    for (const { property, reason } of failures)
      answer.addFailures(new messages.CheckFailure().setProperty(property).setReason(reason));
    return answer;
  },
  diff: async (request: DiffRequest) => diffMessage(await provider.diff(diffRequest(request))),
  create: async (request: CreateRequest) => {
    const inputs = valuesOf(request.getProperties());
    const { id, outputs } = await provider.create({
      ...identity(request),
      inputs,
      preview: request.getPreview(),
      timeout: 0,
    });
    return new messages.CreateResponse().setId(id).setProperties(structOf(outputs));
  },
  update: async (request: UpdateRequest) => {
    const outputs = await provider.update({
      ...identity(request),
      id: request.getId(),
      oldInputs: valuesOf(request.getOldInputs()),
      oldOutputs: valuesOf(request.getOlds()),
      newInputs: valuesOf(request.getNews()),
      ignoreChanges: request.getIgnorechangesList(),
      preview: request.getPreview(),
      timeout: 0,
    });
    return new messages.UpdateResponse().setProperties(structOf(outputs));
  },
  read: async (request: ReadRequest) => {
    const found = await provider.read({ ...identity(request), id: request.getId(), inputs: {}, state: {} });
    if (found === undefined) return new messages.ReadResponse();
    const answer = new messages.ReadResponse().setId(found.id).setInputs(structOf(found.inputs));
    return answer.setProperties(structOf(found.outputs));
  },
  delete: async (request: DeleteRequest) => {
    const oldOutputs = valuesOf(request.getProperties());
    await provider.delete({ ...identity(request), id: request.getId(), oldInputs: {}, oldOutputs, timeout: 0 });
    return new empty.Empty();
  },
  invoke: async (request: InvokeRequest) => {
    const { result } = await provider.invoke({ token: request.getTok(), args: valuesOf(request.getArgs()) });
    return new messages.InvokeResponse().setReturn(structOf(result));
  },
};

type Done = (error: Partial<ServiceError> | null, response?: unknown) => void;

const handlers = Object.entries(methods).map(([name, method]) => [
  name,
  ({ request }: { request: never }, done: Done) => {
    method(request).then(
      (response) => done(null, response),
      (error: Error & { code?: number }) => done({ code: error.code ?? status.UNKNOWN, details: error.message }),
    );
  },
]);

const server = new Server({ "grpc.max_receive_message_length": -1 });
server.addService(services.ResourceProviderService, Object.fromEntries(handlers));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(String(port));
});

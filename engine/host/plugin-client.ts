/** Calls to a plugin over gRPC, and what its errors carry. */
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import type { Message } from "google-protobuf";
import { PartialFailure } from "../provider.ts";
import type { PropertyMap } from "../values.ts";

type Method = keyof typeof services.ResourceProviderService;

/** How a provider says that a resource was made or changed, but never got ready. */
const INIT_FAILED = "pulumirpc.ErrorResourceInitFailed";

export class PluginClient {
  readonly #client: Client;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
  }

  call<Response extends Message>(method: Method, request: Message): Promise<Response> {
    const definition = services.ResourceProviderService[method];
    if (definition === undefined) return Promise.reject(new Error(`the protocol has no method ${String(method)}`));
    return new Promise((answered, failed) => {
      this.#client.makeUnaryRequest<Message, Response>(
        definition.path,
        (message) => Buffer.from(message.serializeBinary()),
        definition.responseDeserialize as (bytes: Buffer) => Response,
        request,
        (error, response) => {
          if (error !== null) failed(described(error));
          else if (response === undefined) failed(new Error(`the plugin answered ${method} with nothing`));
          else answered(response);
        },
      );
    });
  }

  /** Like {@link call}; `undefined` when the plugin does not have the method. */
  async callIfThere<Response extends Message>(method: Method, request: Message): Promise<Response | undefined> {
    try {
      return await this.call<Response>(method, request);
    } catch (error) {
      if (error instanceof PluginCallError && error.code === status.UNIMPLEMENTED) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#client.close();
  }
}

/** The plugin refused; the message is the provider's. */
export class PluginCallError extends Error {
  override readonly name = "PluginCallError";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function described(error: ServiceError): Error {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const failure = details === undefined ? undefined : initFailure(Buffer.from(details));
  return failure ?? new PluginCallError(error.code, error.details);
}

function initFailure(bytes: Uint8Array): PartialFailure | undefined {
  const detail = statusMessages.Status.deserializeBinary(bytes)
    .getDetailsList()
    .find((any) => any.getTypeName() === INIT_FAILED);
  if (detail === undefined) return undefined;
  const failed = providerMessages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  const values = (struct: typeof failed.getProperties extends () => infer S ? S : never): PropertyMap =>
    (struct?.toJavaScript() ?? {}) as PropertyMap;
  const inputs = failed.hasInputs() ? values(failed.getInputs()) : undefined;
  return new PartialFailure(failed.getId(), values(failed.getProperties()), failed.getReasonsList(), inputs);
}

/** Providers as plugin processes: where they are found, and their common line back to the engine. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { type EngineAnswer, engineMethods, type Say } from "../monitor/engine-service.ts";
import { refusalOf } from "../monitor/failure.ts";
import type { ProviderSource } from "../provider.ts";
import { PluginError } from "./errors.ts";
import { pluginOnPath, startPlugin } from "./plugin-process.ts";
import { PluginProvider } from "./plugin-provider.ts";

export interface PluginHostOptions {
  /** Package name to the folder or the executable of its plugin; others are looked for on PATH. */
  plugins: Record<string, string>;
  environment?: Record<string, string>;
  /** What plugins say. */
  say: Say;
}

export class PluginHost {
  readonly #options: PluginHostOptions;
  readonly #server = new Server();
  readonly #address: Promise<string>;

  constructor(options: PluginHostOptions) {
    this.#options = options;
    this.#address = this.#listen();
    // Whoever starts a plugin is told.
    this.#address.catch(() => {});
  }

  /** Starts a process for each provider resource that asks. */
  readonly source: ProviderSource = async ({ package: packageName }) => {
    const path = this.#options.plugins[packageName] ?? pluginOnPath(packageName);
    if (path === undefined)
      throw new PluginError(
        `there is no plugin for package ${packageName}`,
        2,
        `Name its folder, or put pulumi-resource-${packageName} on PATH.`,
      );
    const engineAddress = await this.#address;
    const process = await startPlugin(packageName, path, {
      engineAddress,
      environment: this.#options.environment ?? {},
      output: (line) => this.#options.say("info", line),
    });
    const provider = new PluginProvider(packageName, process);
    try {
      await provider.handshake(engineAddress);
    } catch (error) {
      await provider.close();
      throw error;
    }
    return provider;
  };

  #listen(): Promise<string> {
    const handlers = Object.entries(engineMethods(this.#options.say)).map(([name, answer]) => [
      name,
      handlerOf(answer),
    ]);
    this.#server.addService(engineServices.EngineService, Object.fromEntries(handlers));
    return new Promise((listening, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? listening(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  async close(): Promise<void> {
    await this.#address.catch(() => {});
    this.#server.forceShutdown();
  }
}

const handlerOf =
  (answer: EngineAnswer) =>
  ({ request }: { request: unknown }, done: (error: Error | null, response?: unknown) => void): void => {
    answer(request).then(
      (response) => done(null, response),
      (error: unknown) => done(refusalOf(error)),
    );
  };

/**
 * The transport over loopback: the monitor is a gRPC server, and the SDK's own `cmd/run` runs the program in a process
 * of its own, as the Pulumi CLI's language host does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type { Deployment } from "../deployment/deployment.ts";
import type { RunningProgram } from "../deployment/program.ts";
import { type EngineAnswer, engineMethods } from "./engine-service.ts";
import { Refusal, refusalOf } from "./failure.ts";
import type { ResourceMonitor } from "./monitor.ts";
import { tell } from "./program-log.ts";
import { refusals } from "./refusals.ts";

type Handler = (call: { request: unknown }, done: (error: Refusal | null, response?: unknown) => void) => void;

/** How `cmd/run` says that the program failed and that it has told why. */
const FAILED_AND_TOLD = 32;
/** For a program that does not end although the run is over. */
const PATIENCE_MILLISECONDS = 5000;

export async function startOverGrpc(deployment: Deployment, monitor: ResourceMonitor): Promise<RunningProgram> {
  const program = new GrpcProgram(deployment, monitor);
  await program.start();
  return program;
}

class GrpcProgram implements RunningProgram {
  readonly #deployment: Deployment;
  readonly #monitor: ResourceMonitor;
  readonly #server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  readonly #over: Promise<never>;
  #endCalls: (refusal: Refusal) => void = () => {};
  #exited: Promise<void> = Promise.resolve();
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(deployment: Deployment, monitor: ResourceMonitor) {
    this.#deployment = deployment;
    this.#monitor = monitor;
    this.#over = new Promise((_, reject) => {
      this.#endCalls = reject;
    });
    this.#over.catch(() => {});
  }

  async start(): Promise<void> {
    const port = await this.#listen();
    const { projectDirectory, main, environment } = this.#deployment.request.program;
    const run = createRequire(resolve(projectDirectory, "noop.js")).resolve("@pulumi/pulumi/cmd/run");
    const child = spawn(process.execPath, [run, ...this.#arguments(port), main], {
      cwd: projectDirectory,
      env: { ...process.env, ...this.#environment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const [stream, severity] of [
      [child.stdout, "info"],
      [child.stderr, "info#err"],
    ] as const)
      createInterface({ input: stream }).on("line", (message) =>
        this.#deployment.reporter.emit({ kind: "diagnostic", severity, message }),
      );
    this.#exited = new Promise((done) => {
      child.once("error", (error) => this.#end(`the program could not be started: ${error.message}`, done));
      child.once("close", (code, signal) => {
        if (code === 0) this.#monitor.finish();
        const told = code === 0 || code === FAILED_AND_TOLD;
        this.#end(told ? undefined : `the program ended with ${signal ?? `exit code ${code}`}`, done, code !== 0);
      });
    });
  }

  #end(message: string | undefined, done: () => void, failed = true): void {
    if (!this.#stopped && failed) {
      if (message !== undefined) this.#deployment.reporter.error(message);
      this.#monitor.fail();
    }
    done();
  }

  #arguments(port: number): string[] {
    const { project, stack, organization, parallel, program } = this.#deployment.request;
    const address = `127.0.0.1:${port}`;
    const options = {
      monitor: address,
      engine: address,
      project,
      stack,
      organization,
      parallel: String(parallel),
      pwd: program.projectDirectory,
      "root-directory": program.projectDirectory,
    };
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    return this.#deployment.dryRun ? [...given, "--dry-run"] : given;
  }

  #environment(): Record<string, string> {
    const entries = Object.entries(this.#deployment.request.config);
    return {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, { value }]) => [key, value]))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(entries.filter(([, { secret }]) => secret).map(([key]) => key)),
      PULUMI_NODEJS_TYPESCRIPT: "false",
    };
  }

  #listen(): Promise<number> {
    const monitor = this.#monitor;
    const method = <Request>(answer: (request: Request) => Promise<unknown>): Handler => {
      return ({ request }, done) => {
        Promise.race([answer(request as Request), this.#over]).then(
          (response) => done(null, response),
          (error: unknown) => done(refusalOf(error)),
        );
      };
    };
    this.#add(resourceServices.ResourceMonitorService, {
      supportsFeature: method(monitor.supportsFeature.bind(monitor)),
      getDeploymentInfo: method(() => monitor.getDeploymentInfo()),
      registerResource: method(monitor.registerResource.bind(monitor)),
      registerResourceOutputs: method(monitor.registerResourceOutputs.bind(monitor)),
      readResource: method(monitor.readResource.bind(monitor)),
      invoke: method(monitor.invoke.bind(monitor)),
      signalAndWaitForShutdown: ((_call, done) => {
        monitor.signalAndWaitForShutdown().then((response) => done(null, response), done);
      }) satisfies Handler,
      ...refusals(method),
    });
    const answers: Record<string, EngineAnswer> = engineMethods((...said) => tell(this.#deployment.reporter, ...said));
    this.#add(
      engineServices.EngineService,
      Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, method(answer)])),
    );
    return new Promise((listening, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? listening(port) : reject(error),
      );
    });
  }

  /** The generated services are typed by message; here every method is handled alike. */
  #add(service: unknown, handlers: Record<string, Handler>): void {
    this.#server.addService(
      service as Parameters<Server["addService"]>[0],
      handlers as Parameters<Server["addService"]>[1],
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endCalls(new Refusal(status.UNAVAILABLE, "the run is over"));
    this.#monitor.end();
    const child = this.#child;
    const impatient = setTimeout(() => child?.kill("SIGKILL"), PATIENCE_MILLISECONDS);
    await this.#exited;
    clearTimeout(impatient);
    this.#server.forceShutdown();
  }
}

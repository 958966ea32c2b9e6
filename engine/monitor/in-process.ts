/**
 * The transport without a wire: the SDK is handed the monitor as an object, and the program is imported into this
 * process. Everything that reaches into the SDK's own state is in this file.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Deployment } from "../deployment/deployment.ts";
import type { RunningProgram } from "../deployment/program.ts";
import { type Refusal, refusalOf } from "./failure.ts";
import { withFreshModules } from "./fresh-modules.ts";
import type { ResourceMonitor } from "./monitor.ts";
import { failureMessage, type ProgramSeverity, tell } from "./program-log.ts";
import { refusals } from "./refusals.ts";

type Answer = (error: Refusal | null, response?: unknown) => void;
type Method = (request: unknown, ...rest: unknown[]) => void;
type Log = (
  message: string,
  resource?: { urn: { promise(): Promise<string> } },
  streamId?: number,
  ephemeral?: boolean,
) => Promise<void>;

interface Sdk {
  settings: {
    setMockOptions(monitor: object, project: string, stack: string, preview: boolean, organization: string): void;
    waitForRPCs(): Promise<void>;
  };
  config: { setAllConfig(config: Record<string, string>, secretKeys: string[]): void };
  stack: { runInPulumiStack(program: () => Promise<unknown>): Promise<unknown> };
  /** Registrations that the SDK would complain of when the process ends. */
  state: { getPendingResourceRegistrations(): Map<unknown, unknown> };
  /** Wraps each of the SDK's promises to find those that never settle. */
  debuggable: { debuggablePromise<T>(promise: Promise<T>): Promise<T> };
  log: Record<"debug" | "info" | "warn" | "error", Log>;
}

/** The program's own copy of the SDK. */
function sdkOf(directory: string): Sdk {
  const require = createRequire(resolve(directory, "noop.js"));
  return {
    settings: require("@pulumi/pulumi/runtime/settings.js"),
    config: require("@pulumi/pulumi/runtime/config.js"),
    stack: require("@pulumi/pulumi/runtime/stack.js"),
    state: require("@pulumi/pulumi/runtime/state.js"),
    debuggable: require("@pulumi/pulumi/runtime/debuggable.js"),
    log: require("@pulumi/pulumi/log/index.js"),
  };
}

let runs = 0;

/** A second run in the same process evaluates the program again, with what it imports: see `fresh-modules.ts`. */
function addressOf(projectDirectory: string, main: string): string {
  const { href } = pathToFileURL(resolve(projectDirectory, main));
  runs += 1;
  return runs === 1 ? href : `${href}?run=${runs}`;
}

export function startInProcess(deployment: Deployment, monitor: ResourceMonitor): RunningProgram {
  const program = new InProcessProgram(deployment, monitor);
  void program.run();
  return { stop: () => program.stop() };
}

class InProcessProgram {
  readonly #deployment: Deployment;
  readonly #monitor: ResourceMonitor;
  readonly #sdk: Sdk;
  readonly #told = new Set<unknown>();
  readonly #onUnhandled = (error: unknown) => this.#tellFailure(error);
  readonly #onUnsettled = () => this.#tellFailure("The program waits for something that never happens.");
  #failed = false;
  #stopped = false;
  #underWay = 0;

  constructor(deployment: Deployment, monitor: ResourceMonitor) {
    this.#deployment = deployment;
    this.#monitor = monitor;
    this.#sdk = sdkOf(deployment.request.program.projectDirectory);
  }

  async run(): Promise<void> {
    const { project, stack, organization, config, program } = this.#deployment.request;
    const { settings, config: sdkConfig, stack: sdkStack } = this.#sdk;
    process.on("unhandledRejection", this.#onUnhandled);
    process.once("beforeExit", this.#onUnsettled);
    this.#takeLog();
    // The wrapper formats a stack trace for every promise, which takes half of a preview's time. A program that hangs
    // is found here by the empty event loop.
    this.#sdk.debuggable.debuggablePromise = (promise) => promise;
    settings.setMockOptions(this.#answering(), project, stack, this.#deployment.dryRun, organization);
    const entries = Object.entries(config);
    sdkConfig.setAllConfig(
      Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
      entries.filter(([, { secret }]) => secret).map(([key]) => key),
    );
    try {
      await sdkStack.runInPulumiStack(() => this.#load(addressOf(program.projectDirectory, program.main)));
      await settings.waitForRPCs();
      // Rejections that nobody waits for are told one turn later.
      await nextTurn();
    } catch (error) {
      this.#tellFailure(error);
    }
    if (this.#failed) await this.#whenQuiet();
    if (this.#stopped) return;
    if (this.#failed) this.#monitor.fail();
    else this.#monitor.finish();
  }

  async #load(address: string): Promise<unknown> {
    const module = await this.#import(address);
    const exported = "default" in module ? module.default : module;
    const outputs = await (typeof exported === "function" ? exported() : exported);
    // The stack's outputs are registered when this returns. What the program has registered comes first, as it does
    // where the program runs in a process of its own: it must not matter to a run that fails which one is faster.
    await this.#monitor.stackRegistered;
    await nextTurn();
    return outputs;
  }

  async #import(address: string): Promise<Record<string, unknown>> {
    if (!address.includes("?")) return import(address);
    const release = withFreshModules();
    try {
      return await import(address);
    } finally {
      release();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#monitor.end();
    this.#sdk.state.getPendingResourceRegistrations().clear();
    process.off("beforeExit", this.#onUnsettled);
    // Rejections of what was under way come a little later, and are not news any more.
    await nextTurn();
    process.off("unhandledRejection", this.#onUnhandled);
  }

  #tellFailure(error: unknown): void {
    if (this.#stopped || this.#told.has(error)) return;
    this.#told.add(error);
    this.#failed = true;
    const { projectDirectory, main } = this.#deployment.request.program;
    this.#deployment.reporter.error(failureMessage(resolve(projectDirectory, main), error));
    void this.#failWhenQuiet();
  }

  /** A rejection that nobody waits for fails the run although the program itself goes on. */
  async #failWhenQuiet(): Promise<void> {
    await this.#whenQuiet();
    if (!this.#stopped) this.#monitor.fail();
  }

  /** What the program registered before it failed is still done, as long as it leads to more. */
  async #whenQuiet(): Promise<void> {
    for (let quiet = 0; quiet < 20 && !this.#stopped; quiet = this.#underWay === 0 ? quiet + 1 : 0)
      await new Promise((done) => setTimeout(done, 1));
  }

  /** The monitor with the calling convention of a gRPC client. Once stopped, nothing is answered: the program freezes. */
  #answering(): Record<string, Method> {
    const method = <Request>(answer: (request: Request) => Promise<unknown>): Method => {
      return (request, ...rest) => {
        const done = rest.at(-1) as Answer;
        if (this.#stopped) return;
        this.#underWay++;
        answer(request as Request)
          .then(
            (response) => this.#stopped || done(null, response),
            (error: unknown) => this.#stopped || done(refusalOf(error)),
          )
          .finally(() => this.#underWay--);
      };
    };
    const monitor = this.#monitor;
    return {
      supportsFeature: method(monitor.supportsFeature.bind(monitor)),
      getDeploymentInfo: method(() => monitor.getDeploymentInfo()),
      registerResource: method(monitor.registerResource.bind(monitor)),
      registerResourceOutputs: method(monitor.registerResourceOutputs.bind(monitor)),
      readResource: method(monitor.readResource.bind(monitor)),
      invoke: method(monitor.invoke.bind(monitor)),
      ...refusals(method),
    };
  }

  /** The program's messages become events; without an engine to talk to the SDK would print them. */
  #takeLog(): void {
    const { reporter } = this.#deployment;
    const say = (severity: ProgramSeverity): Log => {
      return async (message, resource, _stream, ephemeral) => {
        tell(reporter, severity, message, await resource?.urn.promise(), ephemeral);
      };
    };
    Object.assign(this.#sdk.log, {
      debug: () => Promise.resolve(),
      info: say("info"),
      warn: say("warning"),
      error: say("error"),
    });
  }
}

const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

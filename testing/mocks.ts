import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { computedOutputs } from "./computed-outputs.ts";

/** A resource as the program declared it: plain inputs, and beside them which of them were secret. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The owner's logical name, undefined below the stack itself. */
  readonly parent: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that arrived in a secret envelope, for example `environment.TOKEN`. */
  readonly secrets: readonly string[];
  /** Logical names of everything it waits for: `dependsOn` and the resources its inputs read. */
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
}

type Values = Record<string, unknown>;
type Answer = (error: Error | null, response?: RegisterResourceResponse) => void;

export interface RecordOptions {
  /** In a preview computed outputs are unknown. @default false: the resources exist, and their outputs are known. */
  readonly preview?: boolean;
  /** The stack's name. @default "test" */
  readonly stack?: string;
  /** Answers to provider functions, by token. @default none: every call is refused. */
  readonly calls?: Readonly<Record<string, (inputs: Values) => Values>>;
  /** Computed outputs of types that the kit does not list. @default none */
  readonly types?: Readonly<Record<string, (name: string, inputs: Values) => Values>>;
}

/** Everything that a program registered. */
export class Recording {
  readonly resources: readonly RecordedResource[];

  /** Sorted by URN: registrations overtake each other. */
  constructor(resources: readonly RecordedResource[]) {
    this.resources = resources.toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
  }

  ofType(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of a type, or the one with this logical name; anything but one is an error. */
  only(type: string, name?: string): RecordedResource {
    const found = this.ofType(type).filter((resource) => name === undefined || resource.name === name);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      const names = this.ofType(type).map((resource) => resource.name);
      throw new Error(`expected one ${type}${name ? ` named ${name}` : ""}, there are: ${names.join(", ") || "none"}`);
    }
    return first;
  }
}

/**
 * Runs a program against strict mocks of the SDK and gives back what it registered. A type or a call that nobody
 * listed fails the recording: a mock that echoes whatever it is asked lets a wrong call pass.
 */
export async function record(program: () => void, options: RecordOptions = {}): Promise<Recording> {
  const recorded: RecordedResource[] = [];
  const failures: string[] = [];
  await pulumi.runtime.setMocks(
    strictMocks(options, failures),
    "thorbis",
    options.stack ?? "test",
    options.preview ?? false,
  );
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) throw new Error("the SDK's mock monitor is not where it used to be");
  observe(monitor, recorded, failures);
  // The SDK keeps a stack trace with every promise, and jest maps each of them back to its source: minutes for a platform.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    program();
  } finally {
    await pulumi.runtime.disconnect();
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return new Recording(recorded);
}

/** Mocks that note what nobody listed instead of throwing: the SDK would swallow the message. */
function strictMocks(options: RecordOptions, failures: string[]): pulumi.runtime.Mocks {
  return {
    call: ({ token, inputs }) => {
      const answer = options.calls?.[token];
      if (answer === undefined) failures.push(`the call ${token} is not listed in the test's mocks`);
      return answer?.(plain(inputs) as Values) ?? {};
    },
    newResource: ({ type, name, inputs, custom }) => {
      if (custom !== true) return { id: undefined, state: {} };
      const outputs = options.types?.[type] ?? computedOutputs[type];
      if (outputs === undefined) failures.push(`the type ${type} (${name}) is not listed in the test's mocks`);
      // A preview answers with the inputs alone, as the engine does: what is missing counts as unknown.
      if (options.preview === true) return { id: undefined, state: inputs };
      const { id, ...state } = { id: name, ...outputs?.(name, plain(inputs) as Values) };
      return { id: String(id), state: { ...inputs, ...state } };
    },
  };
}

/** Mocks see no options, so the requests themselves are read on their way to the SDK's monitor. */
function observe(monitor: MockMonitor, recorded: RecordedResource[], failures: string[]): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterResourceRequest, answer: Answer): Promise<void> => {
    const object = request.getObject();
    const inputs: Values = object === undefined ? {} : pulumi.runtime.deserializeProperties(object);
    await register(request, (error: Error | null, response?: RegisterResourceResponse) => {
      const urn = response?.getUrn() ?? "";
      if (recorded.some((other) => other.urn === urn)) failures.push(`two resources share the URN ${urn}`);
      recorded.push({
        type: request.getType(),
        name: request.getName(),
        urn,
        parent: request.getParent().split("::").at(-1) || undefined,
        inputs: plain(inputs) as Values,
        secrets: secretPaths(inputs),
        dependencies: request.getDependenciesList().map((dependency) => String(dependency.split("::").at(-1))),
        ignoreChanges: request.getIgnorechangesList(),
        provider: request.getProvider(),
        protect: request.getProtect() ?? false,
        retainOnDelete: request.getRetainondelete() ?? false,
        deleteBeforeReplace: request.getDeletebeforereplace(),
      });
      answer(error, response);
    });
  };
}

/** The value without its secret envelopes. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value));
  // Outputs and assets stay what they are; only plain objects are walked.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function secretPaths(value: unknown, path = ""): string[] {
  if (value === null || typeof value !== "object") return [];
  if (pulumi.runtime.isRpcSecret(value)) return [path];
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([key, entry]) => secretPaths(entry, path === "" ? key : `${path}.${key}`));
}

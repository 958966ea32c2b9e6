/** Runs the engine in tests without a program: resources are registered by the test itself, and providers are objects. */
import { deploy } from "../engine/deployment/deploy.ts";
import { type Goal, plainGoal, type Registered } from "../engine/deployment/goal.ts";
import type { ProgramStarter } from "../engine/deployment/program.ts";
import type { DeploymentRequest, DeploymentResult } from "../engine/deployment/request.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { Provider } from "../engine/provider.ts";
import type { Journal, ResourceState, Snapshot, StateChange } from "../engine/state/resource.ts";
import { providerReference } from "../engine/urn.ts";
import { type PropertyMap, UNKNOWN } from "../engine/values.ts";

export const THING = "test:index:Thing";

export interface Registrar {
  register(goal: Pick<Goal, "type" | "name" | "custom"> & Partial<Goal>): Promise<Registered>;
  /** Registers a thing with the provider that the script registered first. */
  thing(name: string, inputs: PropertyMap, options?: Partial<Goal>): Promise<Registered>;
}

type Script = (registrar: Registrar) => Promise<unknown>;

/** A program that a test plays: it registers its provider, then what the script says, and is through. */
export function scripted(script: Script): ProgramStarter {
  return async (_deployment, events) => {
    const register: Registrar["register"] = (goal) =>
      new Promise((done) => events.push({ kind: "register", goal: plainGoal(goal), done }));
    const run = async (): Promise<void> => {
      const { state } = await register({ type: "pulumi:providers:test", name: "default", custom: true });
      const provider = providerReference(state.urn, state.id ?? "");
      const thing: Registrar["thing"] = (name, inputs, options = {}) =>
        register({ type: THING, name, custom: true, provider, inputs, ...options });
      await script({ register, thing });
      events.push({ kind: "finished" });
    };
    void run();
    return { stop: async () => {} };
  };
}

/** What exists, by id, and what was called; `key` replaces, as in the conformance scenarios. */
export class Things {
  readonly world = new Map<string, PropertyMap>();
  readonly calls: string[] = [];
  #next = 1;

  readonly provider: Provider = {
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: async () => ({ changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false }),
    configure: async () => {},
    check: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diff: async ({ oldInputs, newInputs }) => {
      const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])];
      const diffs = keys.filter((key) => JSON.stringify(oldInputs[key]) !== JSON.stringify(newInputs[key]));
      const changes = diffs.length > 0 ? "some" : "none";
      return { changes, diffs, replaces: diffs.filter((key) => key === "key"), deleteBeforeReplace: false };
    },
    create: async ({ name, inputs, preview }) => {
      if (preview) return { id: "", outputs: { ...inputs, computed: UNKNOWN } };
      const id = `thing-${this.#next++}`;
      this.calls.push(`create ${name}`);
      this.world.set(id, { ...inputs, name });
      return { id, outputs: { ...inputs, computed: `${id}-computed` } };
    },
    read: async ({ id, inputs }) => {
      const found = this.world.get(id);
      if (found === undefined) return undefined;
      const { name: _, ...props } = found;
      return {
        id,
        inputs: Object.keys(props).length > 0 ? props : inputs,
        outputs: { ...props, computed: `${id}-computed` },
      };
    },
    update: async ({ name, id, newInputs, preview }) => {
      if (!preview) {
        this.calls.push(`update ${name}`);
        this.world.set(id, { ...newInputs, name });
      }
      return { ...newInputs, computed: `${id}-computed` };
    },
    delete: async ({ name, id }) => {
      this.calls.push(`delete ${name}`);
      this.world.delete(id);
    },
    find: async ({ name }) => [...this.world].find(([, thing]) => thing.name === name)?.[0],
    invoke: async () => ({ result: {}, failures: [] }),
    cancel: async () => {},
    close: async () => {},
  };
}

/** Keeps what a journal is told, and says when operations overlap. */
export class MemoryJournal implements Journal {
  readonly changes: StateChange[] = [];
  readonly begun: string[] = [];
  closed: Snapshot | undefined;

  async begin({ type, resource }: { type: string; resource: ResourceState }) {
    this.begun.push(`${type} ${resource.urn}`);
    return {
      end: async (change: StateChange) => {
        this.changes.push(change);
      },
      fail: async () => {},
    };
  }

  async record(change: StateChange): Promise<void> {
    this.changes.push(change);
  }

  async close(snapshot: Snapshot): Promise<void> {
    this.closed = snapshot;
  }
}

export interface PlayedRun extends DeploymentResult {
  events: EngineEvent[];
  errors: string[];
}

export const emptySnapshot = (): Snapshot => ({ resources: [], pendingOperations: [] });

/** One run of a script against things; everything of the request can be set. */
export async function play(
  things: Things,
  script: Script,
  request: Partial<DeploymentRequest> = {},
): Promise<PlayedRun> {
  const events: EngineEvent[] = [];
  const result = await deploy(
    {
      command: "up",
      organization: "organization",
      project: "p",
      stack: "s",
      config: {},
      snapshot: emptySnapshot(),
      providers: async () => things.provider,
      program: { projectDirectory: ".", main: "index.ts", transport: "in-process" },
      analyzers: [],
      targets: [],
      parallel: 8,
      events: (event) => events.push(event),
      ...request,
    },
    scripted(script),
  );
  const errors = events.flatMap((event) =>
    event.kind === "diagnostic" && event.severity === "error" ? [event.message] : [],
  );
  return { ...result, events, errors };
}

/** Runs a scenario on the embedded engine and records what it did, in the form of the Pulumi CLI's recordings. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Analyzer } from "../../engine/analyzer.ts";
import { deploy } from "../../engine/deployment/deploy.ts";
import type { ConfigValue, DeploymentResult } from "../../engine/deployment/request.ts";
import type { EngineEvent } from "../../engine/events.ts";
import { PluginHost } from "../../engine/host/host.ts";
import { startPolicyPack } from "../../engine/policy/pack.ts";
import type { Provider } from "../../engine/provider.ts";
import type { Journal, ResourceState, Snapshot } from "../../engine/state/resource.ts";
import { isMap, isSecret, type PropertyValue, SECRET, SIGNATURE } from "../../engine/values.ts";
import { ThingStore, thingProvider } from "./provider/things.ts";
import { type RecordedStep, type Recording, type Scenario, type ScenarioStep, withoutUuids } from "./scenario.ts";

export type Transport = "in-process" | "grpc";

const PROJECT = "conf";
const STACK = "dev";
/** What the CLI's `--expect-no-changes` ends with when there are some. */
const CHANGES_FOUND = 7;
const PLUGIN_START_MILLISECONDS = 200;

export interface RecordOptions {
  transport: Transport;
  /** Runs the provider as a plugin process instead of in this one. */
  plugin?: boolean;
  /** Further environment of the program's process (grpc only). */
  environment?: Record<string, string>;
}

export async function record(name: string, scenario: Scenario, options: RecordOptions): Promise<Recording> {
  const work = mkdtempSync(join(tmpdir(), "conformance-"));
  const recorder = new Recorder(work, scenario, options);
  try {
    const steps: RecordedStep[] = [];
    for (const [index, step] of scenario.steps.entries()) steps.push(await recorder.run(index, step));
    return { engine: "embedded", scenario: name, about: scenario.about, steps };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

class Recorder {
  readonly #work: string;
  readonly #scenario: Scenario;
  readonly #options: RecordOptions;
  readonly #config: Record<string, ConfigValue>;
  #snapshot: Snapshot = { resources: [], pendingOperations: [] };

  constructor(work: string, scenario: Scenario, options: RecordOptions) {
    this.#work = work;
    this.#scenario = scenario;
    this.#options = options;
    this.#config = configOf(scenario);
  }

  async run(index: number, step: ScenarioStep): Promise<RecordedStep> {
    const store = new ThingStore(this.#work);
    drift(store, step.world ?? {});
    rmSync(store.callFile, { force: true });
    const stepFile = join(this.#work, `step-${index}.json`);
    writeFileSync(stepFile, JSON.stringify(step.program ?? { resources: [] }));
    const command = step.command ?? "up";
    const events: EngineEvent[] = [];
    const analyzers = this.#analyzers(command);
    process.env.CONFORMANCE_STEP = stepFile;
    const options = optionsOf(step.args ?? []);
    const host = this.#options.plugin ? this.#pluginHost() : undefined;
    let result: DeploymentResult | undefined;
    try {
      result = await deploy({
        command,
        organization: "organization",
        project: PROJECT,
        stack: STACK,
        config: this.#config,
        snapshot: this.#snapshot,
        journal: this.#journal(),
        providers: host?.source ?? (() => this.#provider(store)),
        program: {
          projectDirectory: join(import.meta.dirname, "program"),
          main: "index.ts",
          transport: this.#options.transport,
          environment: { ...this.#options.environment, CONFORMANCE_STEP: stepFile },
        },
        analyzers,
        parallel: 1,
        events: (event) => events.push(structuredClone(event)),
        ...options.request,
      });
    } catch (error) {
      // Before the first step, as with a state that does not hold together: the command line ends with an error.
      events.push({ kind: "diagnostic", severity: "error", message: error instanceof Error ? error.message : "" });
    } finally {
      for (const analyzer of analyzers) await (await analyzer).close();
      await host?.close();
    }
    if (command !== "preview" && result !== undefined) this.#snapshot = result.snapshot;
    const { succeeded, changes } = result ?? { succeeded: false, changes: {} };
    const changed = Object.keys(changes).some((op) => !["same", "read", "discard", "read-replacement"].includes(op));
    return withoutUuids({
      command,
      exit: exitOf(succeeded, options.expectNoChanges && changed),
      ...observed(events),
      changes,
      providerCalls: store.calls(),
      state: this.#snapshot.resources.map(shownState),
      pendingOperations: this.#snapshot.pendingOperations.map(({ type, resource }) => ({ type, urn: resource.urn })),
      world: store.read().things,
    });
  }

  #pluginHost(): PluginHost {
    return new PluginHost({
      plugins: { test: join(import.meta.dirname, "provider") },
      environment: { TEST_PROVIDER_DIR: this.#work },
      say: () => {},
    });
  }

  async #provider(store: ThingStore): Promise<Provider> {
    // A plugin takes its time to start, in which a program in a process of its own says all that it has to say.
    if (this.#options.transport === "grpc") await new Promise((done) => setTimeout(done, PLUGIN_START_MILLISECONDS));
    return thingProvider(store);
  }

  #analyzers(command: string): Promise<Analyzer>[] {
    const { policies } = this.#scenario;
    if (policies === undefined || (command !== "up" && command !== "preview")) return [];
    const rules = join(this.#work, "policies.json");
    writeFileSync(rules, JSON.stringify(policies));
    process.env.CONFORMANCE_POLICY = rules;
    const { NODE_COMPILE_CACHE: compileCache } = this.#options.environment ?? {};
    const pack = startPolicyPack({
      ...(compileCache && { compileCache }),
      directory: join(import.meta.dirname, "policy"),
      organization: "organization",
      project: PROJECT,
      stack: STACK,
      preview: command === "preview",
      config: this.#config,
    });
    return [pack];
  }

  /** Keeps nothing but what is under way: the result of the deployment is the state. */
  #journal(): Journal {
    return {
      begin: async () => ({ end: async () => {}, fail: async () => {} }),
      record: async () => {},
      close: async () => {},
    };
  }
}

function configOf({ config = {}, secretConfig = {} }: Scenario): Record<string, ConfigValue> {
  const full = (key: string) => (key.includes(":") ? key : `${PROJECT}:${key}`);
  const plain = Object.entries(config).map(([key, value]) => [
    full(key),
    { value: typeof value === "string" ? value : JSON.stringify(value), secret: false },
  ]);
  const secrets = Object.entries(secretConfig).map(([key, value]) => [full(key), { value, secret: true }]);
  return Object.fromEntries([...plain, ...secrets]);
}

export function drift(store: ThingStore, patch: NonNullable<ScenarioStep["world"]>): void {
  if (Object.keys(patch).length === 0) return;
  store.change(({ things }) => {
    for (const [id, props] of Object.entries(patch)) {
      const thing = things[id];
      if (props === null) delete things[id];
      else if (thing !== undefined) Object.assign(thing.props, props);
    }
  });
}

function optionsOf(args: string[]) {
  const targets: string[] = [];
  const rest = [...args];
  const given = new Set<string>();
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [flag = "", value] = arg.split(/=(.*)/s);
    if (flag === "--target" || flag === "-t") targets.push(value ?? rest.shift() ?? "");
    else if (["--target-dependents", "--expect-no-changes", "--refresh"].includes(flag)) {
      if (value !== "false") given.add(flag);
    } else if (!/^--(?:diff|show-|suppress-)/.test(flag))
      throw new Error(`the runner does not know the argument ${arg}`);
  }
  return {
    expectNoChanges: given.has("--expect-no-changes"),
    request: {
      targets,
      targetDependents: given.has("--target-dependents"),
      refresh: given.has("--refresh"),
    },
  };
}

function exitOf(succeeded: boolean, unexpectedChanges: boolean): number {
  if (!succeeded) return 1;
  return unexpectedChanges ? CHANGES_FOUND : 0;
}

function observed(events: EngineEvent[]): Pick<RecordedStep, "steps" | "diagnostics" | "policies"> {
  const steps: RecordedStep["steps"] = [];
  const diagnostics: RecordedStep["diagnostics"] = [];
  const policies: Record<string, unknown>[] = [];
  for (const event of events) {
    if (event.kind === "resource-pre") {
      const { op, urn, diffs, keys } = event.step;
      steps.push({ op, urn, ...(diffs && { diffs }), ...(keys && { keys }) });
    } else if (event.kind === "resource-failed") steps.push({ op: `${event.step.op}-failed`, urn: event.step.urn });
    else if (event.kind === "diagnostic" && (event.severity === "error" || event.severity === "warning"))
      diagnostics.push({ severity: event.severity, ...(event.urn && { urn: event.urn }), message: event.message });
    else if (event.kind === "policy-violation")
      policies.push({ policy: event.policy, level: event.level, urn: event.urn, message: event.message });
    else if (event.kind === "policy-unknown")
      policies.push({ policy: event.policy, level: "advisory", urn: event.urn, message: event.message });
    else if (event.kind === "policy-remediation")
      policies.push({
        policy: event.policy,
        remediation: true,
        urn: event.urn,
        before: event.before,
        after: event.after,
      });
  }
  return { steps, diagnostics, ...(policies.length > 0 && { policies }) };
}

/** Fields that vary from run to run are left out, and secrets are shown as the CLI's `--show-secrets` does. */
function shownState(state: ResourceState): Record<string, unknown> {
  const { created: _c, modified: _m, sourcePosition: _s, stackTrace: _t, replaceWith: _r, ...kept } = state;
  return {
    ...kept,
    ...(state.inputs && { inputs: shown(state.inputs) }),
    ...(state.outputs && { outputs: shown(state.outputs) }),
  };
}

function shown(value: PropertyValue): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (isSecret(value)) return { [SIGNATURE]: SECRET, plaintext: JSON.stringify(shown(value.value)) };
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, shown(element)]));
}

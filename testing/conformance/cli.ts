/** Runs a scenario on the Pulumi CLI that is on PATH, in folders of its own, and records what it did. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ThingStore } from "./provider/things.ts";
import { drift } from "./record.ts";
import { type RecordedStep, type Recording, type Scenario, type ScenarioStep, withoutUuids } from "./scenario.ts";

export const cliVersion = (): string | undefined => {
  const found = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
};

interface CliEvent {
  resourcePreEvent?: { metadata: { op: string; urn: string; diffs?: string[]; keys?: string[] } };
  resOpFailedEvent?: { metadata: { op: string; urn: string } };
  policyEvent?: { policyName: string; enforcementLevel: string; resourceUrn: string; message: string };
  policyRemediationEvent?: { policyName: string; resourceUrn: string; before: unknown; after: unknown };
  diagnosticEvent?: { severity: string; urn?: string; message: string };
  summaryEvent?: { resourceChanges: Record<string, number> };
}

interface CliDeployment {
  resources?: Record<string, unknown>[];
  pending_operations?: { type: string; resource: { urn: string } }[];
}

/** What of a state varies from run to run. */
const volatile = ["created", "modified", "sourcePosition", "stackTrace", "replaceWith"];

const fixtures = import.meta.dirname;
/** The repository: the fixtures import its types and its packages. */
const root = resolve(fixtures, "../..");

export function recordOnCli(name: string, scenario: Scenario): Recording {
  const work = mkdtempSync(join(tmpdir(), "conformance-cli-"));
  try {
    const cli = new Cli(work, scenario);
    const steps = scenario.steps.map((step, index) => cli.run(index, step));
    return { engine: cliVersion() ?? "", scenario: name, about: scenario.about, steps };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

class Cli {
  readonly #work: string;
  readonly #app: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #withPolicies: boolean;

  constructor(work: string, scenario: Scenario) {
    this.#work = work;
    const home = join(work, "testing/conformance");
    this.#app = join(home, "program");
    mkdirSync(home, { recursive: true });
    for (const part of ["program", "provider", "policy"])
      cpSync(join(fixtures, part), join(home, part), { recursive: true });
    for (const linked of ["node_modules", "engine"]) symlinkSync(join(root, linked), join(work, linked));
    for (const folder of ["state", "home", "data"]) mkdirSync(join(work, folder));
    this.#environment = {
      ...process.env,
      PULUMI_HOME: join(work, "home"),
      PULUMI_BACKEND_URL: `file://${join(work, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "conformance",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
      PULUMI_DEBUG_COMMANDS: "1",
      TEST_PROVIDER_DIR: join(work, "data"),
    };
    this.#withPolicies = scenario.policies !== undefined;
    if (scenario.policies !== undefined) {
      this.#environment.CONFORMANCE_POLICY = join(work, "policies.json");
      writeFileSync(join(work, "policies.json"), JSON.stringify(scenario.policies));
    }
    this.#prepare(scenario);
  }

  #prepare({ config = {}, secretConfig = {} }: Scenario): void {
    const plugin = "plugins:\n  providers:\n    - { name: test, path: ../provider }\n";
    const runtime = "runtime: { name: nodejs, options: { typescript: false } }\n";
    writeFileSync(join(this.#app, "Pulumi.yaml"), `name: conf\n${runtime}main: index.ts\n${plugin}`);
    const lines = Object.entries(config).map(
      ([key, value]) => `  ${key.includes(":") ? key : `conf:${key}`}: ${JSON.stringify(value)}\n`,
    );
    writeFileSync(join(this.#app, "Pulumi.dev.yaml"), `config:\n  conf:unused: ""\n${lines.join("")}`);
    execFileSync("pulumi", ["stack", "init", "dev", "--non-interactive"], { cwd: this.#app, env: this.#environment });
    for (const [key, value] of Object.entries(secretConfig)) this.#pulumi("config", "set", "--secret", key, value);
  }

  #pulumi(...args: string[]) {
    const common = ["--stack", "dev", "--non-interactive", "--color", "never"];
    return spawnSync("pulumi", [...args, ...common], { cwd: this.#app, env: this.#environment, encoding: "utf8" });
  }

  run(index: number, step: ScenarioStep): RecordedStep {
    const store = new ThingStore(join(this.#work, "data"));
    drift(store, step.world ?? {});
    rmSync(store.callFile, { force: true });
    const stepFile = join(this.#work, `step-${index}.json`);
    writeFileSync(stepFile, JSON.stringify(step.program ?? { resources: [] }));
    this.#environment.CONFORMANCE_STEP = stepFile;
    const command = step.command ?? "up";
    const log = join(this.#work, `events-${index}.jsonl`);
    const judged = this.#withPolicies && (command === "up" || command === "preview");
    const { status } = this.#pulumi(
      command,
      ...(command === "preview" ? [] : ["--yes", "--skip-preview"]),
      ...["--event-log", log, "--parallel", "1"],
      ...(judged ? ["--policy-pack", "../policy"] : []),
      ...(step.args ?? []),
    );
    const exported = this.#pulumi("stack", "export", "--show-secrets").stdout;
    const { deployment = {} }: { deployment?: CliDeployment } = JSON.parse(exported || "{}");
    return withoutUuids({
      command,
      exit: status ?? 1,
      ...observed(eventsOf(log)),
      providerCalls: store.calls(),
      state: (deployment.resources ?? []).map(stateOf),
      pendingOperations: (deployment.pending_operations ?? []).map(({ type, resource: { urn } }) => ({ type, urn })),
      world: store.read().things,
    });
  }
}

const stateOf = (resource: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(resource).filter(([key]) => !volatile.includes(key)));

function eventsOf(file: string): CliEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function observed(events: CliEvent[]): Pick<RecordedStep, "steps" | "changes" | "diagnostics" | "policies"> {
  const policies = events.flatMap((event): Record<string, unknown>[] => {
    const { policyEvent: said, policyRemediationEvent: remedy } = event;
    if (said) {
      const { policyName: policy, enforcementLevel: level, resourceUrn: urn, message } = said;
      return [{ policy, level, urn, message }];
    }
    if (!remedy) return [];
    const { policyName: policy, resourceUrn: urn, before, after } = remedy;
    return [{ policy, remediation: true, urn, before, after }];
  });
  return {
    steps: events.flatMap(({ resourcePreEvent: begun, resOpFailedEvent: failed }) => {
      if (begun) {
        const { op, urn, diffs = [], keys = [] } = begun.metadata;
        return [{ op, urn, ...(diffs.length > 0 && { diffs }), ...(keys.length > 0 && { keys }) }];
      }
      return failed ? [{ op: `${failed.metadata.op}-failed`, urn: failed.metadata.urn }] : [];
    }),
    changes: events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    diagnostics: events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent && ["error", "warning"].includes(diagnosticEvent.severity) ? [diagnosticEvent] : [],
    ),
    ...(policies.length > 0 && { policies }),
  };
}

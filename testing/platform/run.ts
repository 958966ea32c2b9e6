/** The real program on the embedded engine and a throw-away sandbox: no state of this checkout is read or touched. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Analyzer } from "../../engine/analyzer.ts";
import { deploy } from "../../engine/deployment/deploy.ts";
import type { ConfigValue, DeploymentResult } from "../../engine/deployment/request.ts";
import type { EngineEvent } from "../../engine/events.ts";
import type { Snapshot } from "../../engine/state/resource.ts";
import { openSandbox } from "../../sandbox/source.ts";
import type { Draft } from "../stack-files.ts";

const projectDirectory = join(import.meta.dirname, "..", "..");

export interface PlatformRun {
  readonly command: "preview" | "up";
  readonly stack: string;
  /** The `config` of a stack file. */
  readonly config: Draft;
  /** What exists before. @default nothing */
  readonly snapshot?: Snapshot;
  /** The result carries a plan. */
  readonly wantPlan?: boolean;
  /** The policy packs that judge the run. @default none */
  readonly analyzers?: readonly Analyzer[];
}

export interface PlatformResult extends DeploymentResult {
  readonly errors: readonly string[];
  /** What the packs said, in the order in which they said it. */
  readonly judged: readonly PolicyEvent[];
}

export type PolicyEvent = Extract<EngineEvent, { kind: "policy-violation" | "policy-unknown" }>;

/** A sandbox in which several runs follow each other. */
export class ThrowAwayWorld {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<ThrowAwayWorld> {
    return new ThrowAwayWorld(await mkdtemp(join(tmpdir(), "thorbis-platform-")));
  }

  async run({ analyzers = [], command, stack, config, snapshot, wantPlan }: PlatformRun): Promise<PlatformResult> {
    const sandbox = await openSandbox({ directory: this.#directory });
    const errors: string[] = [];
    const judged: PolicyEvent[] = [];
    try {
      const result = await deploy({
        command,
        organization: "organization",
        project: "thorbis",
        stack,
        config: { ...asConfig(config), "thorbis:placeholders": { value: "allowed", secret: false } },
        snapshot: snapshot ?? { resources: [], pendingOperations: [] },
        providers: sandbox.source,
        program: { projectDirectory, main: "index.ts", transport: "in-process" },
        analyzers: analyzers.map((analyzer) => Promise.resolve(analyzer)),
        targets: [],
        parallel: 16,
        ...(wantPlan && { wantPlan }),
        events: (event) => {
          if (event.kind === "diagnostic" && event.severity === "error")
            errors.push(`${event.urn ?? ""} ${event.message}`);
          if (event.kind === "policy-violation" || event.kind === "policy-unknown") judged.push(event);
        },
      });
      return { ...result, errors, judged };
    } finally {
      await sandbox.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function asConfig(config: Draft): Record<string, ConfigValue> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      { value: typeof value === "string" ? value : JSON.stringify(value), secret: false },
    ]),
  );
}

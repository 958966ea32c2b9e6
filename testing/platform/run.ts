/** The real program on the embedded engine and a throw-away sandbox: no state of this checkout is read or touched. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy } from "../../engine/deployment/deploy.ts";
import type { ConfigValue, DeploymentResult } from "../../engine/deployment/request.ts";
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
}

export interface PlatformResult extends DeploymentResult {
  readonly errors: readonly string[];
}

/** A sandbox in which several runs follow each other. */
export class ThrowAwayWorld {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<ThrowAwayWorld> {
    return new ThrowAwayWorld(await mkdtemp(join(tmpdir(), "thorbis-platform-")));
  }

  async run({ command, stack, config, snapshot, wantPlan }: PlatformRun): Promise<PlatformResult> {
    const sandbox = await openSandbox({ directory: this.#directory });
    const errors: string[] = [];
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
        analyzers: [],
        targets: [],
        parallel: 16,
        ...(wantPlan && { wantPlan }),
        events: (event) => {
          if (event.kind === "diagnostic" && event.severity === "error")
            errors.push(`${event.urn ?? ""} ${event.message}`);
        },
      });
      return { ...result, errors };
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

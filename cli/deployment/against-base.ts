/**
 * What a change does, without the real state: the base's program is applied to a world that is thrown away, then the
 * head's program is previewed on top. No credential, no access to any real state; secrets are the catalogue's
 * placeholders on both sides.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { deploy } from "../../engine/deployment/deploy.ts";
import type { ConfigValue, DeploymentRequest, DeploymentResult } from "../../engine/deployment/request.ts";
import type { EngineEvent, EventSink, StepMetadata } from "../../engine/events.ts";
import { organization } from "../../engine/state/layout.ts";
import type { Snapshot } from "../../engine/state/resource.ts";
import { OperationFailure } from "../../operations/failure.ts";
import { openSandbox } from "../../sandbox/source.ts";
import { openSession, type Session } from "./session.ts";

export interface Comparison {
  /** The base as it would stand. Empty for an environment that the base does not have. */
  base: Snapshot;
  head: DeploymentResult;
  /** The head's steps in order, with the reasons of replacements. */
  steps: StepMetadata[];
  errors: string[];
}

const nothing: Snapshot = { resources: [], pendingOperations: [] };

/** Allows placeholders for secrets in an apply; read by stacks/configuration.ts. Only ever set here, in memory. */
const placeholders: Record<string, ConfigValue> = { "thorbis:placeholders": { value: "allowed", secret: false } };

export interface ComparisonOptions {
  transport: DeploymentRequest["program"]["transport"];
  parallel: number;
  /** Told of the head's preview only. */
  events: EventSink;
  analyzers?: DeploymentRequest["analyzers"];
  signal?: AbortSignal;
}

/** @throws OperationFailure when the base itself cannot be applied */
export async function compareWithBase(
  head: Session,
  baseFolder: string,
  options: ComparisonOptions,
): Promise<Comparison> {
  fs.mkdirSync(head.local, { recursive: true });
  const world = fs.mkdtempSync(path.join(head.local, "review-"));
  const sandbox = await openSandbox({ directory: world });
  try {
    const request = (session: Session): Omit<DeploymentRequest, "command" | "snapshot" | "events"> => ({
      organization,
      project: session.project.name,
      stack: session.stack,
      config: { ...session.config, ...placeholders },
      providers: sandbox.source,
      program: {
        projectDirectory: session.project.directory,
        main: session.project.main,
        transport: options.transport,
      },
      analyzers: [],
      targets: [],
      parallel: options.parallel,
      ...(options.signal && { signal: options.signal }),
    });
    const base = await standing(baseFolder, head.stack, request);
    const steps: StepMetadata[] = [];
    const errors: string[] = [];
    const result = await deploy({
      ...request(head),
      command: "preview",
      snapshot: base,
      analyzers: options.analyzers ?? [],
      events: (event) => {
        if (event.kind === "resource-pre") steps.push(event.step);
        if (isError(event)) errors.push(textOf(event));
        options.events(event);
      },
    });
    return { base, head: result, steps, errors };
  } finally {
    await sandbox.close();
    fs.rmSync(world, { recursive: true, force: true });
  }
}

type RequestFor = (session: Session) => Omit<DeploymentRequest, "command" | "snapshot" | "events">;

async function standing(baseFolder: string, stack: string, request: RequestFor): Promise<Snapshot> {
  if (!fs.existsSync(path.join(baseFolder, `Pulumi.${stack}.yaml`))) return nothing;
  const session = await openSession(baseFolder, stack);
  const errors: string[] = [];
  const result = await deploy({
    ...request(session),
    command: "up",
    snapshot: nothing,
    events: (event) => {
      if (isError(event)) errors.push(textOf(event));
    },
  });
  if (!result.succeeded) {
    throw new OperationFailure(
      `the base of ${stack} could not be applied to the sandbox:\n${errors.map((line) => `  ${line}`).join("\n")}`,
      {
        remedy: "mend the base branch first; a preview without --base shows the head alone",
      },
    );
  }
  return result.snapshot;
}

type Diagnostic = Extract<EngineEvent, { kind: "diagnostic" }>;
const isError = (event: EngineEvent): event is Diagnostic => event.kind === "diagnostic" && event.severity === "error";
const textOf = ({ urn, message }: Diagnostic): string => (urn ? `${urn}: ${message}` : message);

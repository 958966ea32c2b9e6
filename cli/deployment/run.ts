/** One run of the embedded engine on a stack of the sandbox, with its state, policies, display and exit code. */
import { deploy } from "../../engine/deployment/deploy.ts";
import type { DeploymentRequest, DeploymentResult, Plan } from "../../engine/deployment/request.ts";
import type { Display } from "../../engine/display/display.ts";
import { openDisplay } from "../../engine/display/open.ts";
import type { EngineEvent, EventSink } from "../../engine/events.ts";
import { organization } from "../../engine/state/layout.ts";
import { cancelOnInterrupt } from "./cancellation.ts";
import type { Flags } from "./flags.ts";
import { type Packs, startPacks } from "./packs.ts";
import { openStackSandbox } from "./sandbox.ts";
import type { Session } from "./session.ts";

export type RunCommand = DeploymentRequest["command"];

export interface RunOptions {
  command: RunCommand;
  /** `silent`: only the result and the errors count, as in the look before an apply. */
  show: "people" | "json" | "silent";
  /** For refresh and destroy: tell, and do nothing. */
  dryRun?: boolean;
  plan?: Plan;
  wantPlan?: boolean;
}

export interface RunOutcome {
  result: DeploymentResult;
  /** What a silent run would have said of errors. */
  errors: string[];
  events: EngineEvent[];
}

const kinds = { up: "update", refresh: "refresh", destroy: "destroy" } as const;

const isPlanning = ({ command, dryRun }: RunOptions): boolean => command === "preview" || dryRun === true;

export async function run(session: Session, flags: Flags, options: RunOptions): Promise<RunOutcome> {
  const runsProgram = options.command === "preview" || options.command === "up";
  const packs = runsProgram ? await startPacks(session, flags, isPlanning(options)) : undefined;
  try {
    return await runWith(packs, session, flags, options);
  } finally {
    await packs?.close();
  }
}

async function runWith(
  packs: Packs | undefined,
  session: Session,
  flags: Flags,
  options: RunOptions,
): Promise<RunOutcome> {
  const planning = isPlanning(options);
  const display = displayFor(session, flags, options, planning);
  const errors: string[] = [];
  const told: EngineEvent[] = [];
  const events: EventSink = (event) => {
    // Kept of a look, which may turn out to have been all there was to do; and what is to be judged after the apply.
    if (options.show === "silent" || event.kind === "policy-unknown") told.push(event);
    if (event.kind === "diagnostic" && event.severity === "error") {
      errors.push(event.urn ? `${event.urn}: ${event.message}` : event.message);
    }
    display.event(event);
  };
  const sandbox = await openStackSandbox(session, {
    touches: !planning || options.command === "refresh" || flags.refresh === true,
    services: flags.services,
  });
  const cancellation = cancelOnInterrupt((line) => process.stderr.write(`${line}\n`));
  const request: Omit<DeploymentRequest, "snapshot"> = {
    command: options.command,
    organization,
    project: session.project.name,
    stack: session.stack,
    config: session.config,
    providers: sandbox.source,
    program: {
      projectDirectory: session.project.directory,
      main: session.project.main,
      transport: flags.transport ?? "in-process",
    },
    analyzers: packs?.analyzers ?? [],
    targets: flags.target ?? [],
    parallel: flags.parallel,
    events,
    signal: cancellation.signal,
    ...(flags.targetDependents && { targetDependents: true }),
    ...(flags.refresh && { refresh: true }),
    ...(options.dryRun && { dryRun: true }),
    ...(options.plan && { plan: options.plan }),
    ...(options.wantPlan && { wantPlan: true }),
  };
  try {
    const result = planning ? await looked(session, request) : await applied(session, request);
    if (!planning) await sandbox.settle(options.command, result);
    return { result, errors, events: told };
  } finally {
    cancellation.stop();
    display.finish();
    await sandbox.close();
  }
}

/** Shows a look at a stack, in which nothing is to be done, as the apply that it makes needless. */
export function replayAsApplied(session: Session, flags: Flags, events: EngineEvent[]): void {
  const display = displayFor(session, flags, { command: "up", show: flags.json ? "json" : "people" }, false);
  for (const event of events) display.event("planning" in event ? { ...event, planning: false } : event);
  display.finish();
}

async function looked(session: Session, request: Omit<DeploymentRequest, "snapshot">): Promise<DeploymentResult> {
  return deploy({ ...request, snapshot: await session.state.snapshot() });
}

async function applied(session: Session, request: Omit<DeploymentRequest, "snapshot">): Promise<DeploymentResult> {
  const command = request.command as keyof typeof kinds;
  const started = new Date();
  const lock = await session.state.lock(`thorbis ${command} ${session.stack}`);
  try {
    for (const notice of lock.notices) request.events({ kind: "diagnostic", severity: "warning", message: notice });
    const { snapshot, journal, recovered } = await session.state.beginRun();
    if (recovered) {
      const message = "the last run was interrupted; what it did is in the state, what it had begun is checked first";
      request.events({ kind: "diagnostic", severity: "warning", message });
    }
    try {
      const result = await deploy({ ...request, snapshot, journal });
      const changes = Object.fromEntries(Object.entries(result.changes).filter(([, count]) => count > 0));
      await session.state.remember({ kind: kinds[command], started, succeeded: result.succeeded, changes });
      return result;
    } finally {
      await journal.abandon();
    }
  } finally {
    await lock.release();
  }
}

/** Writes to standard output; in a terminal with redrawn lines and colours. */
export function displayFor(session: Session, flags: Flags, options: RunOptions, planning: boolean): Display {
  const { columns, rows, isTTY } = process.stdout;
  const colour = isTTY === true && process.env.NO_COLOR === undefined;
  return openDisplay({
    kind: options.show,
    command: options.command,
    planning,
    diff: flags.diff === true,
    write: (text) => process.stdout.write(text),
    ...(isTTY && { terminal: { columns: columns ?? 80, rows: rows ?? 24 } }),
    colour,
    config: session.config,
  });
}

/** 0, 1, 3 or 4: what the run came to. */
export function exitCodeOf(result: DeploymentResult, flags: Flags): number {
  if (result.refusedByPolicy) return 3;
  if (!result.succeeded) return 1;
  return flags.expectNoChanges && hasChanges(result) ? 4 : 0;
}

export function hasChanges(result: DeploymentResult): boolean {
  return Object.entries(result.changes).some(([op, count]) => op !== "same" && op !== "read" && count > 0);
}

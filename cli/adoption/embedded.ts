/** Adoption on the sandbox: the state it leads to is proved by a preview before it is written. */
import { deploy } from "../../engine/deployment/deploy.ts";
import type { StepMetadata } from "../../engine/events.ts";
import type { ProviderSource } from "../../engine/provider.ts";
import { organization } from "../../engine/state/layout.ts";
import type { Snapshot } from "../../engine/state/resource.ts";
import { proofOf } from "../../operations/adoption/proof.ts";
import { OperationFailure } from "../../operations/failure.ts";
import { defaultParallel, type Flags } from "../deployment/flags.ts";
import { openStackSandbox } from "../deployment/sandbox.ts";
import type { Session } from "../deployment/session.ts";
import type { Adopter, Trial } from "./adopter.ts";
import { Taking } from "./taking.ts";

export function embeddedAdopter(session: Session, { services }: Pick<Flags, "services">): Adopter {
  const withSandbox = async <T>(work: (source: ProviderSource) => Promise<T>): Promise<T> => {
    const sandbox = await openStackSandbox(session, { touches: true, services });
    try {
      return await work(sandbox.source);
    } finally {
      await sandbox.close();
    }
  };
  const tried = async (source: ProviderSource, snapshot: Snapshot, ids: ReadonlyMap<string, string>) => {
    const taking = new Taking(snapshot, await previewOn(session, source, snapshot), source);
    const { snapshot: after, absent } = await taking.take(ids);
    const there = [...ids.keys()].filter((urn) => !absent.includes(urn));
    const trial: Trial = { absent, verdicts: proofOf(there, await previewOn(session, source, unprotected(after))) };
    return { trial, after };
  };
  return {
    steps: () => withSandbox(async (source) => previewOn(session, source, await session.state.snapshot())),
    tryOut: (ids) => withSandbox(async (source) => (await tried(source, await session.state.snapshot(), ids)).trial),
    adopt: (_, ids, may) =>
      withSandbox((source) =>
        underLock(session, async (before, write) => {
          const { trial, after } = await tried(source, before, ids);
          if (trial.absent.length === 0 && may(trial.verdicts)) await write(after, ids.size);
          return trial;
        }),
      ),
  };
}

/** For the proof: a preview ends at what is protected and would be replaced, before it says why. */
const unprotected = ({ resources, pendingOperations }: Snapshot): Snapshot => ({
  resources: resources.map((state) => ({ ...state, protect: false })),
  pendingOperations,
});

type Write = (after: Snapshot, imported: number) => Promise<void>;

async function underLock<T>(session: Session, work: (before: Snapshot, write: Write) => Promise<T>): Promise<T> {
  const started = new Date();
  const lock = await session.state.lock(`thorbis adopt ${session.stack}`);
  try {
    const { snapshot, journal } = await session.state.beginRun();
    try {
      return await work(snapshot, async (after, imported) => {
        await journal.close(after);
        await session.state.remember({ kind: "import", started, succeeded: true, changes: { import: imported } });
      });
    } finally {
      await journal.abandon();
    }
  } finally {
    await lock.release();
  }
}

/** @throws OperationFailure when the program cannot be previewed at all */
async function previewOn(session: Session, source: ProviderSource, snapshot: Snapshot): Promise<StepMetadata[]> {
  const steps: StepMetadata[] = [];
  const errors: string[] = [];
  const { succeeded } = await deploy({
    command: "preview",
    organization,
    project: session.project.name,
    stack: session.stack,
    config: session.config,
    snapshot,
    providers: source,
    program: { projectDirectory: session.project.directory, main: session.project.main, transport: "in-process" },
    // Adopting changes nothing that a rule judges; the next preview and apply ask the pack.
    analyzers: [],
    targets: [],
    parallel: defaultParallel,
    events: (event) => {
      if (event.kind === "resource-pre") steps.push(event.step);
      if (event.kind === "diagnostic" && event.severity === "error")
        errors.push(event.urn ? `${event.urn}: ${event.message}` : event.message);
    },
  });
  if (succeeded) return steps;
  throw new OperationFailure(`the program cannot be previewed:\n${errors.map((text) => `  ${text}`).join("\n")}`, {
    remedy: `make it work first: ./thorbis preview ${session.stack}`,
  });
}

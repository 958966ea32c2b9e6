/** Runs a deployment: the seam between the command line and the engine. */
import { startProgram } from "../monitor/program.ts";
import { createUrn, ROOT_STACK_TYPE } from "../urn.ts";
import { builtinProvider } from "./builtins.ts";
import { Deployment } from "./deployment.ts";
import { messageOf } from "./errors.ts";
import type { ProgramStarter } from "./program.ts";
import { Records } from "./records.ts";
import { recover } from "./recovery.ts";
import { refresh } from "./refresh.ts";
import { Reporter } from "./reporter.ts";
import type { DeploymentRequest, DeploymentResult } from "./request.ts";
import { Run } from "./run.ts";
import { inDependencyOrder, normalizedReferences, withProviderOutputs } from "./snapshot.ts";

/**
 * Previews, updates, refreshes or destroys a stack. What goes wrong with resources, the program or a rule is told
 * through events and the result; errors are thrown only for what keeps the run from beginning. `start` is for tests that
 * register resources without a program.
 */
export async function deploy(
  given: DeploymentRequest,
  start: ProgramStarter = startProgram,
): Promise<DeploymentResult> {
  const began = Date.now();
  const request = { ...given, snapshot: orderly(given.snapshot) };
  const dryRun = request.command === "preview" || request.dryRun === true;
  const reporter = new Reporter(request.events, { planning: dryRun, refreshing: request.command === "refresh" });
  const deployment = new Deployment(request, reporter, builtinProvider);
  const records = new Records(deployment);
  reporter.emit({ kind: "prelude", config: shownConfig(request) });
  const run = new Run(deployment, records);
  const stop = () => run.cancel();
  request.signal?.addEventListener("abort", stop, { once: true });
  let succeeded = false;
  try {
    succeeded = await execute(deployment, records, run, start);
  } catch (error) {
    reporter.error(messageOf(error));
  } finally {
    request.signal?.removeEventListener("abort", stop);
    await deployment.registry.close();
  }
  const snapshot = records.snapshot();
  if (!dryRun) await request.journal?.close(snapshot);
  const { changes, maybeCorrupt, refusedByPolicy, steps } = reporter;
  reporter.emit({ kind: "summary", changes, durationMilliseconds: Date.now() - began, maybeCorrupt });
  const plan = succeeded ? deployment.plan.result() : undefined;
  return {
    succeeded,
    refusedByPolicy,
    changes,
    snapshot,
    outputs: outputsAfter(deployment, run),
    steps,
    ...(plan && { plan }),
  };
}

async function execute(deployment: Deployment, records: Records, run: Run, start: ProgramStarter): Promise<boolean> {
  const { request, reporter, dryRun } = deployment;
  if (!dryRun) await recover(deployment, records);
  // Asked of the state before a refresh: a target that the refresh finds gone is missed only at the end of the run.
  const unknown = request.command === "destroy" ? deployment.unknownTargets() : [];
  for (const urn of unknown) reporter.error(`the target '${urn}' could not be found in the stack`);
  if (unknown.length > 0) return false;
  if (request.command === "refresh" || request.refresh) {
    const everythingRead = await refresh(deployment, records);
    if (request.command === "refresh" || !everythingRead) return everythingRead;
  }
  if (request.command === "destroy") {
    run.queue.push({ kind: "finished" });
    return run.execute();
  }
  const program = await start(deployment, run.queue);
  try {
    return await run.execute();
  } finally {
    await program.stop();
  }
}

/** The state as the run needs it: in dependency order, references pointing to present names. */
function orderly(snapshot: DeploymentRequest["snapshot"]): DeploymentRequest["snapshot"] {
  const resources = withProviderOutputs(normalizedReferences(snapshot.resources));
  return { ...snapshot, resources: inDependencyOrder(resources) };
}

const shownConfig = ({ config }: DeploymentRequest): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([key, { value, secret }]) => [key, secret ? "[secret]" : value]));

function outputsAfter({ request, olds }: Deployment, run: Run): DeploymentResult["outputs"] {
  if (request.command === "destroy") return {};
  if (request.command !== "refresh") return run.outputs;
  const { stack, project } = request;
  const root = createUrn({ stack, project, parent: undefined, type: ROOT_STACK_TYPE, name: `${project}-${stack}` });
  return olds.get(root)?.outputs ?? {};
}

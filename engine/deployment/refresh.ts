/** Reads the resources of the state again before anything else, and goes on with what exists. */
import type { ResourceState } from "../state/resource.ts";
import type { Deployment } from "./deployment.ts";
import { messageOf } from "./errors.ts";
import { StepExecutor } from "./executor.ts";
import type { Records } from "./records.ts";
import { dependenciesOf } from "./resource-state.ts";
import { RefreshStep } from "./steps/refresh.ts";

/** Returns whether everything could be read. What was read replaces the base of the run either way. */
export async function refresh(deployment: Deployment, records: Records): Promise<boolean> {
  const { reporter, base, request } = deployment;
  // Before an update of nothing, a target may still be to come.
  if (base.length === 0 && request.command !== "refresh") return true;
  const unknown = deployment.unknownTargets();
  for (const urn of unknown) reporter.error(`the target '${urn}' could not be found in the stack`);
  if (unknown.length > 0) return false;
  const steps = new Map(chosen(deployment).map((state) => [state, new RefreshStep(deployment, state)]));
  try {
    for (const state of steps.keys()) if (state.provider) await deployment.ensureProvider(state.provider);
  } catch (error) {
    reporter.error(messageOf(error));
    return false;
  }
  const executor = new StepExecutor(deployment, records, { ignoreErrors: true });
  await executor.runAll([...steps.values()]);
  const refreshed = base.flatMap((state) => {
    const step = steps.get(state);
    const now = step === undefined ? state : step.new;
    return now === undefined ? [] : [now];
  });
  deployment.setBase(withoutDangling(refreshed));
  if (executor.failure !== undefined) reporter.error(`${deployment.dryRun ? "preview" : "update"} failed`);
  return executor.failure === undefined;
}

/** The targets, and with `--target-dependents` what depends on them. */
function chosen(deployment: Deployment): ResourceState[] {
  const { base, request } = deployment;
  const targets = deployment.targets.clone();
  return base.filter((state) => {
    if (targets.contains(state.urn)) return true;
    const follows = request.targetDependents && dependenciesOf(state).some(({ urn }) => targets.contains(urn));
    if (follows) targets.add(state.urn);
    return follows;
  });
}

/** References to resources that are gone are dropped; orphans move to their grandparents. */
function withoutDangling(resources: ResourceState[]): ResourceState[] {
  const present = new Set<string>();
  const parents = new Map<string, string | undefined>();
  const remaining = new Set(resources.map(({ urn }) => urn));
  return resources.map((state) => {
    const copy = { ...state };
    const isPresent = (urn: string) => present.has(urn);
    if (copy.dependencies) copy.dependencies = copy.dependencies.filter(isPresent);
    if (copy.propertyDependencies)
      copy.propertyDependencies = Object.fromEntries(
        Object.entries(copy.propertyDependencies)
          .map(([key, urns]) => [key, urns.filter(isPresent)] as const)
          .filter(([, urns]) => urns.length > 0),
      );
    if (copy.replaceWith) copy.replaceWith = copy.replaceWith.filter(isPresent);
    if (copy.deletedWith && !isPresent(copy.deletedWith)) delete copy.deletedWith;
    while (copy.parent !== undefined && !remaining.has(copy.parent)) {
      const next = parents.get(copy.parent);
      if (next === undefined) delete copy.parent;
      else copy.parent = next;
    }
    present.add(copy.urn);
    parents.set(copy.urn, copy.parent);
    return copy;
  });
}

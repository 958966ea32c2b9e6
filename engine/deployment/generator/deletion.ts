/** Deletes at the end of a run: what the program no longer has, and the old halves of replacements. */
import type { ResourceState } from "../../state/resource.ts";
import type { Deployment } from "../deployment.ts";
import { Bail } from "../errors.ts";
import { copyOf } from "../resource-state.ts";
import { DeleteStep, RemovePendingReplaceStep } from "../steps/delete.ts";
import { SameStep } from "../steps/same.ts";
import type { Step } from "../steps/step.ts";
import { cascadingReplacements, dependentReplacements } from "./replacement.ts";

export interface Deletions {
  /** Resources that are left alone because they are no targets. */
  sames: Step[];
  deletes: Step[];
}

export async function deletions(deployment: Deployment): Promise<Deletions> {
  const { seen, base, plan } = deployment;
  const allowed = await allowedDeletes(deployment);
  const sames: Step[] = [];
  const deletes: Step[] = [];
  for (const state of base) {
    if (allowed !== undefined && !allowed.has(state.urn)) {
      if (!seen.isOperatedOn(state.urn)) sames.push(untouched(deployment, state));
      continue;
    }
    const step = deletionOf(deployment, state);
    if (step === undefined) continue;
    seen.deletes.add(state.urn);
    deletes.push(step);
    if (state.provider && state.custom) await deployment.ensureProvider(state.provider);
  }
  for (const step of [...sames, ...deletes]) {
    plan.checkStep(step);
    plan.step(step, step.urn);
  }
  refuseUnnamed(deployment, deletes);
  return { sames, deletes };
}

function deletionOf(deployment: Deployment, state: ResourceState): Step | undefined {
  const { seen } = deployment;
  if (state.delete) return seen.pendingDeletes.has(state) ? undefined : new DeleteStep(deployment, state, "replaced");
  if (seen.isOperatedOn(state.urn)) return undefined;
  return state.pendingReplacement ? new RemovePendingReplaceStep(state) : new DeleteStep(deployment, state);
}

function untouched(deployment: Deployment, old: ResourceState): SameStep {
  const state = copyOf(old);
  delete state.id;
  return new SameStep(deployment, undefined, { old, new: state }, "untargeted");
}

/** With targets: they, what depends on them, and what their deletion would replace. `undefined` without targets. */
async function allowedDeletes(deployment: Deployment): Promise<Set<string> | undefined> {
  const { targets, base, graph, allOlds } = deployment;
  if (!targets.constrained) return undefined;
  const implicated = new Set<string>();
  const frontier = base.filter((state) => targets.contains(state.urn));
  for (let next = frontier.shift(); next !== undefined; next = frontier.shift()) {
    if (implicated.has(next.urn)) continue;
    implicated.add(next.urn);
    frontier.push(...graph.dependingOn(next, implicated, true));
  }
  const allowed = new Set(implicated);
  for (const urn of implicated)
    for (const state of allOlds.get(urn) ?? []) {
      const dependents = await dependentReplacements(deployment, state);
      for (const dependent of [...dependents, ...cascadingReplacements(deployment, urn)])
        allowed.add(dependent.state.urn);
    }
  return allowed;
}

/** Deletes that follow from a target but were not asked for. */
function refuseUnnamed({ targets, request, reporter, dryRun }: Deployment, deletes: Step[]): void {
  if (request.targetDependents) return;
  const unnamed = deletes.filter(({ urn }) => !targets.contains(urn));
  for (const { urn } of unnamed)
    reporter.error(
      `Resource '${urn}' will be destroyed but was not specified in --target list; ` +
        "name it as a target, or add --target-dependents",
      urn,
    );
  if (unnamed.length > 0 && !dryRun) throw new Bail("delete untargeted resource");
}

/**
 * Groups of deletes that can run side by side, to be run one group after the other: nothing is deleted before what
 * depends on it.
 */
export function scheduled(deployment: Deployment, deletes: Step[]): Step[][] {
  const { graph } = deployment;
  const steps = new Map(deletes.flatMap((step) => (step.old === undefined ? [] : [[step.old, step] as const])));
  const levels = new Map<ResourceState, number>();
  const levelOf = (state: ResourceState): number => {
    const known = levels.get(state);
    if (known !== undefined) return known;
    let level = 0;
    for (const needed of graph.dependenciesOf(state))
      if (steps.has(needed)) level = Math.max(level, levelOf(needed) + 1);
    levels.set(state, level);
    return level;
  };
  const groups: Step[][] = [];
  for (const [state, step] of steps) {
    const level = levelOf(state);
    while (groups.length <= level) groups.push([]);
    groups[level]?.push(step);
  }
  return groups.reverse();
}

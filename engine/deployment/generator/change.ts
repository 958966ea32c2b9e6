/** What has to happen to a resource that is there already: nothing, an update, or a replacement. */

import { mapsEqual } from "../../properties/equality.ts";
import type { DiffResult } from "../../provider.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType, nameOf, parseProviderReference, typeOf } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import { Bail, messageOf } from "../errors.ts";
import type { Registration } from "../goal.ts";
import { DiffUnavailable } from "../provider-calls.ts";
import { providerConfig } from "../provider-registry.ts";
import { inputsOf, outputsOf } from "../resource-state.ts";
import { CreateStep } from "../steps/create.ts";
import { DeleteStep } from "../steps/delete.ts";
import { ReplaceStep } from "../steps/replace.ts";
import { SameStep } from "../steps/same.ts";
import { reasonsOf, type Step } from "../steps/step.ts";
import { UpdateStep } from "../steps/update.ts";
import { checkedInputs } from "./inputs.ts";
import { withReplaceOnChanges } from "./replace-on-changes.ts";
import { cascadingReplacements, dependentReplacements } from "./replacement.ts";

export interface Change {
  registration: Registration;
  urn: string;
  old: ResourceState;
  new: ResourceState;
  randomSeed: Uint8Array;
}

const noChange: DiffResult = { changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false };
const replacedBecauseOf = (key: string): DiffResult => ({ ...noChange, changes: "some", replaces: [key] });

/** The steps for a resource that exists; none when an import has left nothing to do. */
export async function changeSteps(deployment: Deployment, change: Change): Promise<Step[]> {
  const { seen } = deployment;
  const steps = await stepsOfDiff(deployment, change);
  if (steps.length > 0) return steps;
  const { registration, urn, old } = change;
  if (seen.imports.has(urn)) {
    registration.done({ state: old, unknown: false });
    return [];
  }
  seen.sames.add(urn);
  return [new SameStep(deployment, registration, { old, new: change.new })];
}

async function stepsOfDiff(deployment: Deployment, change: Change): Promise<Step[]> {
  const { registration, urn, old } = change;
  const hasInitErrors = (old.initErrors ?? []).length > 0;
  const raw = await diffOrGuess(deployment, change);
  const diff = withReplaceOnChanges(raw, registration.goal.replaceOnChanges, hasInitErrors);
  const differs = diff.changes === "some" || Boolean(old.pendingReplacement);
  if (differs && (diff.replaces.length > 0 || old.pendingReplacement)) return replaceSteps(deployment, change, diff);
  if (!differs && !hasInitErrors) return [];
  deployment.seen.updates.add(urn);
  return [new UpdateStep(deployment, registration, { old, new: change.new }, reasonsOf(diff))];
}

async function diffOrGuess(deployment: Deployment, change: Change): Promise<DiffResult> {
  try {
    return await diffOf(deployment, change);
  } catch (error) {
    if (!(error instanceof DiffUnavailable)) throw error;
    deployment.reporter.warning(messageOf(error), change.urn);
    return { ...noChange, changes: "some" };
  }
}

async function diffOf(deployment: Deployment, { registration, urn, old, new: state }: Change): Promise<DiffResult> {
  const { seen, registry } = deployment;
  if (old.taint) return replacedBecauseOf("id");
  if (state.replaceWith?.some((other) => seen.replaces.has(other))) return replacedBecauseOf("replaceWith");
  if (state.deletedWith && seen.replaces.has(state.deletedWith)) return replacedBecauseOf("deletedWith");
  if (await providerChanged(deployment, old, state)) return replacedBecauseOf("provider");
  const call = {
    identity: { urn, type: typeOf(urn), name: nameOf(urn) },
    id: old.id ?? "",
    oldInputs: inputsOf(old),
    oldOutputs: outputsOf(old),
    newInputs: inputsOf(state),
    ignoreChanges: registration.goal.ignoreChanges,
  };
  if (isProviderType(state.type)) return registry.diff(call);
  if (!state.custom) return mapsEqual(call.oldInputs, call.newInputs) ? noChange : { ...noChange, changes: "some" };
  return deployment.providerFor(state).diff(call);
}

/** Whether another provider means another resource: only when the new provider says that it cannot take over. */
async function providerChanged(deployment: Deployment, old: ResourceState, state: ResourceState): Promise<boolean> {
  if ((old.provider ?? "") === (state.provider ?? "")) return false;
  if (!old.provider || !state.provider) return true;
  const [before, after] = [parseProviderReference(old.provider), parseProviderReference(state.provider)];
  if (deployment.seen.aliased.get(before.urn) === after.urn) return false;
  const calls = deployment.providerFor(state);
  const oldResource = deployment.olds.get(before.urn) ?? deployment.oldProvider(old.provider);
  const newResource = deployment.providerResource(state.provider);
  const diff = await calls.diffConfig({
    identity: { urn: after.urn, type: typeOf(after.urn), name: nameOf(after.urn) },
    id: after.id,
    oldInputs: providerConfig(inputsOf(oldResource)),
    oldOutputs: outputsOf(oldResource),
    newInputs: providerConfig(inputsOf(newResource)),
    ignoreChanges: [],
  });
  return diff.replaces.length > 0;
}

async function replaceSteps(deployment: Deployment, change: Change, diff: DiffResult): Promise<Step[]> {
  const { registration, urn, old, new: state } = change;
  const { goal } = registration;
  refuseProtected(deployment, change);
  if (goal.importId !== undefined) {
    const message =
      "a resource that was imported and still names its id may not be replaced: remove the `import` option first";
    if (!deployment.dryRun) throw new Error(message);
    deployment.reporter.warning(message, urn);
  }
  deployment.seen.replaces.add(urn);
  // The inputs were checked against the old resource: the new one gets defaults of its own.
  if (state.custom) {
    const { randomSeed } = change;
    const checked = await checkedInputs(deployment, { state, olds: undefined, news: goal.inputs, randomSeed });
    if (checked.invalid) throw new Bail(`resource ${urn} is invalid`);
    state.inputs = checked.inputs;
  }
  const reasons = reasonsOf(diff);
  const deleteFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
  const create = new CreateStep(deployment, registration, state, { old, reasons, pendingDelete: !deleteFirst });
  const replace = new ReplaceStep(old, state, reasons);
  if (!deleteFirst) return [create, replace];
  return [...(await deletionsBefore(deployment, change)), replace, create];
}

function refuseProtected({ reporter, dryRun }: Deployment, { urn, old, new: state }: Change): void {
  if (!state.protect || !old.protect) return;
  const message =
    `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
    "remove the `protect` flag from the resource in the program and run an update";
  reporter.error(message, urn);
  // A preview goes on, so that the difference is seen that leads to the replacement.
  if (!dryRun) throw new Bail(message);
}

/** The deletes that come before the new resource is made: of dependents that are replaced too, then of the old one. */
async function deletionsBefore(deployment: Deployment, { urn, old }: Change): Promise<Step[]> {
  const { seen, reporter, graph, plan } = deployment;
  const dependents = graph.contains(old) ? await dependentReplacements(deployment, old) : [];
  const steps: Step[] = [];
  for (const { state, keys } of [...dependents, ...cascadingReplacements(deployment, urn)].reverse()) {
    if (seen.pendingDeletes.has(state)) continue;
    plan.expectDelete(state.urn);
    seen.dependentReplaceKeys.set(state.urn, keys);
    if (state.delete) steps.push(new DeleteStep(deployment, state));
    else {
      if (state.protect) {
        const message = `unable to replace resource "${state.urn}" as part of replacing "${urn}" as it is currently marked for protection`;
        reporter.error(message, urn);
        throw new Bail(message);
      }
      if (state.provider) await deployment.ensureProvider(state.provider);
      steps.push(new DeleteStep(deployment, state, "before-replacement"));
    }
    seen.deletes.add(state.urn);
    seen.pendingDeletes.add(state);
  }
  if (old.provider) await deployment.ensureProvider(old.provider);
  if (!old.pendingReplacement) {
    seen.deletes.add(old.urn);
    steps.push(new DeleteStep(deployment, old, "before-replacement"));
  }
  return steps;
}

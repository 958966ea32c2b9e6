/**
 * Operations that were under way when a former run was killed. What became of each is asked of its provider, so that
 * nothing is made twice and nothing is left behind without a state.
 */

import { mapsEqual } from "../properties/equality.ts";
import { annotateSecrets, unwrapMap } from "../properties/secrecy.ts";
import type { PendingOperation, ResourceState, StateChange } from "../state/resource.ts";
import { isProviderType } from "../urn.ts";
import type { Deployment } from "./deployment.ts";
import { messageOf } from "./errors.ts";
import type { Records } from "./records.ts";
import { inputsOf, outputsOf } from "./resource-state.ts";
import { inDependencyOrder } from "./snapshot.ts";
import { identityOf } from "./steps/step.ts";

type Settlement = StateChange | "nothing happened" | "cannot be told";

/** Settles what can be settled. Throws when a provider does not answer: to go on could make a resource twice. */
export async function recover(deployment: Deployment, records: Records): Promise<void> {
  const unsettled: PendingOperation[] = [];
  for (const operation of deployment.pendingOperations) {
    const { urn } = operation.resource;
    const settlement = await settled(deployment, operation).catch((error: unknown) => {
      throw new Error(
        `${urn}: a former run was interrupted while ${operation.type}, and what became of it cannot be found out: ${messageOf(error)}`,
      );
    });
    if (settlement === "cannot be told") {
      unsettled.push(operation);
      deployment.reporter.warning(
        `a former run was interrupted while ${operation.type}, and the provider cannot tell what became of it: check ` +
          "for a resource that is in no state",
        urn,
      );
    } else if (settlement !== "nothing happened") {
      apply(deployment, settlement);
      await records.recovered(settlement);
      deployment.reporter.info(`settled what a former run was interrupted in while ${operation.type}`, urn);
    }
  }
  deployment.pendingOperations = unsettled;
}

function apply(deployment: Deployment, { remove, put }: StateChange): void {
  const gone = new Set(remove);
  deployment.setBase(inDependencyOrder([...deployment.base.filter((state) => !gone.has(state)), ...put]));
}

async function settled(deployment: Deployment, { type, resource }: PendingOperation): Promise<Settlement> {
  // Reads and imports change nothing, and neither do components and providers: they are simply repeated.
  if (!resource.custom || isProviderType(resource.type) || resource.external) return "nothing happened";
  if (type === "creating") return creation(deployment, resource);
  if (type === "updating") return update(deployment, resource);
  if (type === "deleting") return deletion(deployment, resource);
  return "nothing happened";
}

/** Found by its unique name, the resource is adopted; else its creation is repeated when the program asks for it. */
async function creation(deployment: Deployment, resource: ResourceState): Promise<Settlement> {
  const provider = await deployment.ensureProviderFor(resource);
  if (!provider.canFind) return "cannot be told";
  const id = await provider.find(identityOf(resource), inputsOf(resource));
  const states = deployment.allOlds.get(resource.urn) ?? [];
  if (id === undefined || states.some((state) => state.id === id)) return "nothing happened";
  const found = await provider.read(identityOf(resource), id, inputsOf(resource), {});
  if (found === undefined) return "nothing happened";
  const adopted = { ...resource, id, outputs: annotateSecrets(found.outputs, inputsOf(resource)) };
  const old = deployment.olds.get(resource.urn);
  if (old === undefined) return { remove: [], put: [adopted] };
  // The new half of a replacement: the old half is to be deleted, or is gone already.
  return { remove: [old], put: old.pendingReplacement ? [adopted] : [{ ...old, delete: true }, adopted] };
}

/** Either it took effect, or it is repeated: the difference to the old state is still there. */
async function update(deployment: Deployment, resource: ResourceState): Promise<Settlement> {
  const old = deployment.olds.get(resource.urn) ?? aliasedOld(deployment, resource);
  if (old?.id === undefined) return "nothing happened";
  const provider = await deployment.ensureProviderFor(old);
  const found = await provider.read(identityOf(old), old.id, inputsOf(resource), outputsOf(old));
  if (found === undefined) return { remove: [old], put: [] };
  const tookEffect = mapsEqual(unwrapMap(found.inputs), unwrapMap(inputsOf(resource)));
  if (!tookEffect) return "nothing happened";
  const outputs = annotateSecrets(found.outputs, inputsOf(resource));
  return { remove: [old], put: [{ ...resource, id: old.id, outputs }] };
}

/** Renamed and updated in one step: the state still has the former URN. */
const aliasedOld = ({ olds }: Deployment, { aliases = [] }: ResourceState): ResourceState | undefined =>
  aliases.map((alias) => olds.get(alias)).find((state) => state !== undefined);

/** What is gone leaves the state; what is still there is deleted again. */
async function deletion(deployment: Deployment, resource: ResourceState): Promise<Settlement> {
  const states = deployment.allOlds.get(resource.urn) ?? [];
  const state = states.find(({ id }) => id === resource.id);
  if (state === undefined || state.retainOnDelete || state.pendingReplacement) return "nothing happened";
  const provider = await deployment.ensureProviderFor(state);
  const found = await provider.read(identityOf(state), state.id ?? "", inputsOf(state), outputsOf(state));
  return found === undefined ? { remove: [state], put: [] } : "nothing happened";
}

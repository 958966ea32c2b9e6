/** Steps for a resource that the program reads but does not own. */
import type { Deployment } from "../deployment.ts";
import type { ReadRegistration } from "../goal.ts";
import { stateOfRead } from "../resource-state.ts";
import { ReadStep } from "../steps/read.ts";
import { ReplaceStep } from "../steps/replace.ts";
import type { Step } from "../steps/step.ts";
import { findOld } from "./aliases.ts";
import { admitUrn } from "./identity.ts";

export function readSteps(deployment: Deployment, read: ReadRegistration): Step[] {
  const { type, name, parent } = read;
  const urn = admitUrn(deployment, { type, name, parent });
  const { old, alias } = findOld(deployment, { urn, type, name, parent }, []);
  if (read.id === "") throw new Error(`expected an id for ${urn}`);
  const state = stateOfRead(urn, read, alias);
  if (old !== undefined && !old.external && old.id !== read.id) {
    // The stack gives up a resource of its own under this URN: it is deleted like the old half of a replacement.
    deployment.seen.replaces.add(urn);
    return [new ReadStep(deployment, read, { old, new: state }, true), new ReplaceStep(old, state, {})];
  }
  deployment.seen.reads.add(urn);
  return [new ReadStep(deployment, read, { old, new: state }, false)];
}

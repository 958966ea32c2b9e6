/** A resource's URN, given once in a run. */
import type { Deployment } from "../deployment.ts";
import { Bail } from "../errors.ts";

export function admitUrn(
  deployment: Deployment,
  goal: { type: string; name: string; parent: string | undefined },
): string {
  const { seen, reporter } = deployment;
  if (goal.parent !== undefined && !seen.urns.has(goal.parent))
    throw new Error(`could not find parent resource ${goal.parent}`);
  const urn = deployment.urnOf(goal);
  if (seen.urns.has(urn)) {
    reporter.error(`Duplicate resource URN '${urn}'; try giving it a unique name`, urn);
    throw new Bail(`duplicate resource URN '${urn}'`);
  }
  seen.urns.add(urn);
  return urn;
}

/**
 * What is protected is refused before the first step: Pulumi's engine itself first does everything else, and leaves a
 * half-changed stack behind.
 */
import type { DeploymentResult, Plan } from "../../engine/deployment/request.ts";
import type { StepOp } from "../../engine/events.ts";
import type { ResourceState } from "../../engine/state/resource.ts";
import { UsageError } from "./usage-error.ts";

const removing: ReadonlySet<StepOp> = new Set(["delete", "replace", "create-replacement", "delete-replaced"]);

/** Errors: {@link UsageError} (exit code 1) that names every protected resource that would go. */
export function refuseProtected(doomed: ResourceState[], stack: string): void {
  const urns = [...new Set(doomed.filter((state) => state.protect).map((state) => state.urn))];
  if (urns.length === 0) return;
  throw new UsageError(
    `${urns.length === 1 ? "a protected resource" : `${urns.length} protected resources`} would be deleted or replaced; nothing was done:\n${urns.map((urn) => `  ${urn}`).join("\n")}`,
    `If that is meant: ./thorbis state unprotect ${stack} URN (or --all), then run the command again.`,
    1,
  );
}

export const doomedBySteps = (steps: DeploymentResult["steps"]): ResourceState[] =>
  steps.filter((step) => removing.has(step.op)).flatMap((step) => (step.old ? [step.old] : []));

export const doomedByPlan = (plan: Plan, resources: ResourceState[]): ResourceState[] =>
  resources.filter((state) => plan.resourcePlans[state.urn]?.steps.some((op) => removing.has(op)));

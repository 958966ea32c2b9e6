/** An apply under a plan: it is tried in full before its first step, and refused with what differs. */

import type { DeploymentResult } from "../../engine/deployment/request.ts";
import { configurationDifferences, type SavedPlan } from "../../engine/plan/plan-file.ts";
import type { Flags } from "./flags.ts";
import { doomedByPlan, refuseProtected } from "./protection.ts";
import { run } from "./run.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

const remedy = (stack: string): string => `Make and review a new plan: ./thorbis preview ${stack} --save-plan FILE`;

/** Errors: {@link UsageError} (exit code 1). */
export function refuseOtherConfiguration(saved: SavedPlan, session: Session, file: string): void {
  const differences = configurationDifferences(saved.config, session.config);
  if (differences.length === 0) return;
  throw new UsageError(
    `${file}: the plan was made with another configuration; nothing was done:\n${differences.map((line) => `  ${line}`).join("\n")}`,
    remedy(session.stack),
    1,
  );
}

/**
 * The steps that the plan leads to now. Errors: {@link UsageError} (exit code 1) when the plan is stale or would remove
 * what is protected.
 */
export async function refuseUnlessApplicable(
  saved: SavedPlan,
  session: Session,
  flags: Flags,
  file: string,
): Promise<DeploymentResult["steps"]> {
  refuseOtherConfiguration(saved, session, file);
  const { resources } = await session.state.snapshot();
  refuseProtected(doomedByPlan(saved.plan, resources), session.stack);
  const { result, errors } = await run(
    session,
    { ...flags, policyPack: false },
    { command: "preview", show: "silent", plan: saved.plan },
  );
  if (result.succeeded) return result.steps;
  throw new UsageError(
    `${file}: the plan is not what would happen now; nothing was done:\n${errors.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}`,
    remedy(session.stack),
    1,
  );
}

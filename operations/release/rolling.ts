/**
 * A rolling release of an app, watched: before every stage the stop conditions are asked, and any that holds takes the
 * canary out of traffic. The stages themselves are the stack's; here they are only walked through.
 */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { callVercel, type VercelAccess } from "../vercel/api.ts";
import { pause, reasonsToStop, type StopCondition } from "./stopping.ts";

const stage = z.object({ index: z.number(), targetPercentage: z.number(), requireApproval: z.boolean().optional() });
const answer = z.object({
  rollingRelease: z
    .object({
      state: z.enum(["ACTIVE", "COMPLETE", "ABORTED"]),
      currentDeployment: z.object({ id: z.string() }).nullish(),
      canaryDeployment: z.object({ id: z.string() }).nullish(),
      activeStage: stage.nullish(),
      nextStage: stage.nullish(),
    })
    .nullable(),
});

export type RollingRelease = NonNullable<z.infer<typeof answer>["rollingRelease"]>;

export interface ReleaseOptions {
  projectId: string;
  access: VercelAccess;
  stopConditions: readonly StopCondition[];
  /** Told at every stage. */
  progress?: (line: string) => void;
  /** Between two looks at a stage that advances by itself. @default 15 seconds */
  pollMilliseconds?: number;
  /** How long every stage is watched before the next is approved. */
  soakMilliseconds: number;
  signal?: AbortSignal;
}

export async function activeRelease(projectId: string, access: VercelAccess): Promise<RollingRelease | undefined> {
  const found = answer.parse(await callVercel(access, "GET", `/v1/projects/${projectId}/rolling-release`));
  return found.rollingRelease ?? undefined;
}

/** Points all traffic back at the deployment that was current. */
async function takeOut(options: ReleaseOptions, release: RollingRelease, reasons: readonly string[]): Promise<never> {
  const current = release.currentDeployment?.id;
  const told = reasons.join("; ");
  if (current === undefined) {
    throw new OperationFailure(`the release has to stop (${told}), and Vercel names no deployment to go back to`, {
      remedy: "abort the rolling release in Vercel's dashboard now",
    });
  }
  await callVercel(options.access, "POST", `/v1/projects/${options.projectId}/rollback/${current}`, {
    query: { description: `stopped: ${told}`.slice(0, 200) },
  });
  throw new OperationFailure(`the release was stopped and production serves ${current} again: ${told}`, {
    remedy: "mend the cause, then release anew",
  });
}

/**
 * Walks an active release to its end.
 * @throws OperationFailure when there is none, or when it was stopped: the message says by which condition
 */
export async function walkRelease(options: ReleaseOptions): Promise<"complete"> {
  const { projectId, access, progress, pollMilliseconds = 15_000, soakMilliseconds, signal } = options;
  let watching = -1;
  let until = 0;
  for (;;) {
    signal?.throwIfAborted();
    const release = await activeRelease(projectId, access);
    if (!release)
      throw new OperationFailure(`${projectId} has no rolling release`, {
        exitCode: 2,
        remedy: "deploy to production first",
      });
    if (release.state === "COMPLETE") return "complete";
    if (release.state === "ABORTED") throw new OperationFailure("the release was aborted by somebody else");
    const { activeStage, nextStage, canaryDeployment } = release;
    const reasons = await reasonsToStop(options.stopConditions);
    if (reasons.length > 0) await takeOut(options, release, reasons);
    if (activeStage && activeStage.index !== watching) {
      watching = activeStage.index;
      until = Date.now() + soakMilliseconds;
      progress?.(`stage ${activeStage.index + 1}: ${activeStage.targetPercentage} % of the traffic`);
    }
    if (Date.now() >= until && activeStage?.requireApproval && nextStage && canaryDeployment) {
      await callVercel(access, "POST", `/v1/projects/${projectId}/rolling-release/approve-stage`, {
        body: { nextStageIndex: nextStage.index, canaryDeploymentId: canaryDeployment.id },
      });
      continue;
    }
    const left = until - Date.now();
    await pause(left > 0 ? Math.min(pollMilliseconds, left) : pollMilliseconds, signal);
  }
}

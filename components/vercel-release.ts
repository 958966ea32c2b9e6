import type * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { demand } from "./invalid-argument.ts";

/** How a new production deployment reaches users: all at once, or by growing shares. */
export type VercelRelease =
  | { readonly strategy: "instant" }
  | {
      readonly strategy: "rolling";
      /** Rising shares of visitors in percent; every stage but the last lasts `minutes`; the last is 100. */
      readonly stages: readonly { readonly percent: number; readonly minutes?: number | undefined }[];
    };

export function declareRelease(
  name: string,
  projectId: pulumi.Input<string>,
  release: VercelRelease,
  opts: pulumi.CustomResourceOptions,
): void {
  if (release.strategy === "instant") return;
  new vercel.ProjectRollingRelease(
    `${name}-rolling-release`,
    {
      projectId,
      advancementType: "automatic",
      stages: release.stages.map(({ percent, minutes }) => ({
        targetPercentage: percent,
        ...(minutes === undefined ? {} : { duration: minutes }),
      })),
    },
    opts,
  );
}

/** The provider checks the last stage and the durations, but not that the shares rise. */
export function validateRelease(name: string, release: VercelRelease): void {
  if (release.strategy === "instant") return;
  const { stages } = release;
  for (const [index, { percent, minutes }] of stages.entries()) {
    const last = index === stages.length - 1;
    const rises = percent > (stages[index - 1]?.percent ?? 0);
    demand(
      rises && last === (percent === 100) && last === (minutes === undefined),
      `${name}.release.stages[${index}]`,
      `${percent} % ${minutes === undefined ? "without an end" : `for ${minutes} minutes`} is no stage here`,
      "Let the shares rise to 100, and give every stage but the last its minutes.",
    );
  }
}

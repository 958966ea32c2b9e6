/** How a new release of the container services reaches users: by the same answer as that of the apps. */
import type { Environment } from "./environment.ts";

/** Where releases of the apps go by stages, those of the services stand beside the old one first. */
export const isWatched = ({ rollout }: Environment): boolean => rollout.strategy === "rolling";

/** Minutes for which a release that has all visitors is watched: as long as the longest stage of the apps. */
export function watchMinutes({ rollout }: Environment): number {
  if (rollout.strategy !== "rolling") return 0;
  return Math.max(...rollout.stages.map(({ minutes = 0 }) => minutes));
}

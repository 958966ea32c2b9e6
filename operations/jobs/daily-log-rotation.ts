import type { Job } from "./job.ts";
import { rotateFiles } from "./log-files.ts";
import { groupRetention } from "./log-groups.ts";

export const dailyLogRotation: Job = {
  name: "daily-log-rotation",
  summary: "files are packed and forgotten on time; no log group keeps its lines for ever",
  checks: ({ settings, now }) => {
    const { directory, groupPrefixes, retentionDays } = settings.logs;
    return [
      ...(directory === undefined ? [] : [rotateFiles(directory, retentionDays, now)]),
      ...groupPrefixes.map((prefix) => groupRetention(settings, prefix)),
    ];
  },
};

import type { Problem } from "../../problem.ts";
import type { Tier } from "../fields.ts";
import { rule } from "../rule.ts";

/** What Fargate offers: CPU units to the least and the most memory in MiB. */
const fargateMemory: Readonly<Record<number, readonly [number, number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};

interface Service {
  readonly cpuUnits: number;
  readonly memoryMegabytes: number;
  readonly minTasks: number;
  readonly maxTasks: number;
}

function serviceProblems(path: string, { cpuUnits, memoryMegabytes, minTasks, maxTasks }: Service): Problem[] {
  const [least = 0, most = 0] = fargateMemory[cpuUnits] ?? [];
  const problems: Problem[] = [];
  if (memoryMegabytes < least || memoryMegabytes > most || (memoryMegabytes > 512 && memoryMegabytes % 1024 !== 0)) {
    problems.push({
      path: `${path}.memoryMegabytes`,
      reason: `is ${memoryMegabytes}, which Fargate does not offer with ${cpuUnits} CPU units`,
      remedy: `Write ${least} to ${most}, in steps of 1024.`,
    });
  }
  if (minTasks > maxTasks) {
    problems.push({
      path: `${path}.minTasks`,
      reason: `is ${minTasks}, above maxTasks (${maxTasks})`,
      remedy: `Write ${maxTasks} or less, or raise maxTasks.`,
    });
  }
  return problems;
}

export const operationRules = [
  rule(["tier", "monitoring.enabled"], (tier, enabled) =>
    tier !== "development" && !enabled
      ? { path: "monitoring.enabled", reason: `is off, and the tier is ${tier}`, remedy: "Write true." }
      : undefined,
  ),
  rule(["tier", "monitoring.realTimeAlerts"], (tier, on) =>
    tier === "production" && !on
      ? {
          path: "monitoring.realTimeAlerts",
          reason: "is off in production",
          remedy: "Write true: somebody must be paged.",
        }
      : undefined,
  ),
  rule(["tier", "monitoring.logLevel"], (tier, level) =>
    tier === "production" && level === "debug"
      ? {
          path: "monitoring.logLevel",
          reason: "is debug in production",
          remedy: 'Write "warn": debug lines hold personal data.',
        }
      : undefined,
  ),
  rule(["monitoring.enabled", "monitoring.realTimeAlerts"], (enabled, realTime) =>
    realTime && !enabled
      ? {
          path: "monitoring.realTimeAlerts",
          reason: "is on while monitoring is off",
          remedy: "Switch monitoring.enabled on, or this off.",
        }
      : undefined,
  ),
  rule(["tier", "notifications.routes"], (tier, { critical }) =>
    tier === "production"
      ? (["slack", "email", "pagerduty"] as const)
          .filter((channel) => !critical.includes(channel))
          .map((channel) => ({
            path: "notifications.routes.critical",
            reason: `lacks ${channel} in production`,
            remedy: "Write [slack, email, pagerduty]: a critical alarm must reach somebody whichever of them fails.",
          }))
      : undefined,
  ),
  rule(["monitoring.realTimeAlerts", "notifications.routes"], (realTime, routes) =>
    Object.entries(routes).flatMap(([severity, channels]): Problem[] =>
      channels.includes("pagerduty") && !realTime
        ? [
            {
              path: `notifications.routes.${severity}`,
              reason: "names pagerduty, but monitoring.realTimeAlerts is off",
              remedy: "Remove pagerduty, or switch monitoring.realTimeAlerts on: nobody is paged at once without it.",
            },
          ]
        : [],
    ),
  ),
  rule(["tier", "maintenance.enabled"], (tier, enabled) =>
    tier === "production" && !enabled
      ? {
          path: "maintenance.enabled",
          reason: "is off in production",
          remedy: "Write true: backups are taken, verified and removed by the scheduled jobs.",
        }
      : undefined,
  ),
  rule(["notifications"], ({ routes, slack, pagerDuty }) =>
    Object.entries(routes).flatMap(([severity, channels]): Problem[] =>
      channels.flatMap((channel) => {
        if (channel === "slack" && slack === undefined) return [unreachable(severity, channel, "notifications.slack")];
        if (channel === "pagerduty" && !pagerDuty) return [unreachable(severity, channel, "notifications.pagerDuty")];
        return [];
      }),
    ),
  ),
  rule(["cdn"], ({ enabled, cacheSeconds }) =>
    enabled === cacheSeconds > 0
      ? undefined
      : {
          path: "cdn.cacheSeconds",
          reason: enabled ? "is 0 while the CDN is enabled" : `is ${cacheSeconds} while the CDN is off`,
          remedy: enabled ? "Write the seconds, for example 3600." : "Write 0, or enable the CDN.",
        },
  ),
  rule(["apis.timeoutSeconds", "vercel.functionTimeoutSeconds"], (api, fn) =>
    api > fn
      ? {
          path: "apis.timeoutSeconds",
          reason: `is ${api}, but functions are stopped after ${fn} seconds`,
          remedy: `Write ${fn} or less, or raise vercel.functionTimeoutSeconds.`,
        }
      : undefined,
  ),
  rule(["rollout"], (rollout): Problem[] => {
    if (rollout.strategy !== "rolling") return [];
    const { stages } = rollout;
    return stages.flatMap((stage, index): Problem[] => {
      const last = index === stages.length - 1;
      const problems: Problem[] = [];
      if (index > 0 && stage.percent <= (stages[index - 1]?.percent ?? 0)) {
        problems.push({
          path: `rollout.stages[${index}].percent`,
          reason: `is ${stage.percent}, not above the stage before`,
          remedy: "Let the shares rise.",
        });
      }
      if (last !== (stage.percent === 100)) {
        problems.push({
          path: `rollout.stages[${index}].percent`,
          reason: last ? "is the last stage's, and not 100" : "is 100 before the last stage",
          remedy: "End with 100, and only there.",
        });
      }
      if (last === (stage.minutes !== undefined)) {
        problems.push({
          path: `rollout.stages[${index}].minutes`,
          reason: last ? "stands on the last stage, which has no end" : "is missing",
          remedy: last ? "Remove it." : "Write how long the stage lasts, for example 10.",
        });
      }
      return problems;
    });
  }),
  rule(["helpdesk.web"], (web) => serviceProblems("helpdesk.web", web)),
  rule(["helpdesk.worker"], (worker) => serviceProblems("helpdesk.worker", worker)),
  rule(["tier", "helpdesk.web"], (tier, { minTasks }) =>
    tier === "production" && minTasks < 2
      ? {
          path: "helpdesk.web.minTasks",
          reason: `is ${minTasks} in production`,
          remedy: "Write 2 or more: one task is an outage at every deployment.",
        }
      : undefined,
  ),
  rule(["budget"], ({ monthlyDollars, anomalyDollars }) =>
    anomalyDollars > monthlyDollars
      ? {
          path: "budget.anomalyDollars",
          reason: `is ${anomalyDollars}, above the month's budget of ${monthlyDollars}`,
          remedy: "Write what one day may cost more than usual.",
        }
      : undefined,
  ),
  rule(["tier", "maintenance.imageTag"], (tier, image) => unpinned("maintenance.imageTag", tier, image)),
  rule(["tier", "helpdesk.imageTag"], (tier, image) => unpinned("helpdesk.imageTag", tier, image)),
];

function unreachable(severity: string, channel: string, setting: string): Problem {
  return {
    path: `notifications.routes.${severity}`,
    reason: `names ${channel}, which is not set up`,
    remedy: `Set ${setting}, or remove ${channel} here.`,
  };
}

/** A tag can point to another image tomorrow; a digest is the image. */
function unpinned(path: string, tier: Tier, image: string): Problem | undefined {
  if (tier === "development" || image.startsWith("sha256:")) return undefined;
  return {
    path,
    reason: `is a tag, and the tier is ${tier}`,
    remedy: "Write the image's digest (sha256:…), which the build prints: docs/configuration.md says how it gets here.",
  };
}

import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredAlarm } from "../components/alarms/alarm.ts";
import type { Metric } from "../components/alarms/metric.ts";
import {
  applicationMetrics,
  containerMetrics,
  databaseMetrics,
  jobQueueMetrics,
  loadBalancerMetrics,
  redisMetrics,
} from "../components/alarms/platform-metrics.ts";
import { Dashboard, type DashboardChart, type DashboardSection } from "../components/dashboard.ts";
import { appNames, type Environment } from "./environment.ts";
import type { HelpDesk } from "./helpdesk.ts";

export interface DashboardSources {
  readonly alarms: readonly DeclaredAlarm[];
  readonly helpdesk: HelpDesk;
}

/** The page that whoever is on call opens first: each chart shows the value at which its alarm rings. */
export function declareDashboard(
  environment: Environment,
  { alarms, helpdesk }: DashboardSources,
  opts: pulumi.ComponentResourceOptions,
): Dashboard {
  return new Dashboard(
    `thorbis-${environment.name}`,
    {
      region: environment.aws.region,
      alarms,
      sections: [appSection(environment), helpdeskSection(environment, helpdesk), dataSection(environment)],
    },
    opts,
  );
}

type Lines = Readonly<Record<string, Metric>>;

function chart(title: string, statistic: string, metrics: Lines, limit?: number): DashboardChart {
  const lines = Object.fromEntries(Object.entries(metrics).map(([label, metric]) => [label, { metric, statistic }]));
  return { title, lines, ...(limit === undefined ? {} : { limit: { label: "alarm", value: limit } }) };
}

function appSection({ apps, monitoring: { thresholds }, name }: Environment): DashboardSection {
  const declared = appNames.filter((app) => apps[app] !== undefined);
  const each = (pick: (metrics: ReturnType<typeof applicationMetrics>) => Metric): Lines =>
    Object.fromEntries(declared.map((app) => [app, pick(applicationMetrics(app, name))]));
  return {
    title: "Thorbis",
    charts: [
      chart(
        "Requests",
        "Sum",
        each(({ requests }) => requests),
      ),
      chart(
        "Errors",
        "Sum",
        each(({ errors }) => errors),
      ),
      chart(
        "Response time, s",
        "Average",
        each(({ responseTime }) => responseTime),
        thresholds.maxMeanResponseSeconds,
      ),
    ],
  };
}

function helpdeskSection(environment: Environment, { loadBalancer, web, worker }: HelpDesk): DashboardSection {
  const { monitoring, name } = environment;
  const { thresholds } = monitoring;
  const measured = (service: HelpDesk["web"]) => containerMetrics(`thorbis-${name}`, service.serviceName);
  const { failedJobs, waitingJobs } = jobQueueMetrics("helpdesk-default", name);
  const door = loadBalancer === undefined ? undefined : loadBalancerMetrics(loadBalancer.arnSuffix);
  const both = (pick: (metrics: ReturnType<typeof containerMetrics>) => Metric): Lines => ({
    web: pick(measured(web)),
    worker: pick(measured(worker)),
  });
  return {
    title: "HelpDesk",
    charts: [
      ...(door === undefined
        ? []
        : [
            chart("Requests and errors", "Sum", { requests: door.requests, errors: door.errors }),
            chart("Response time, s", "Average", { web: door.responseTime }, thresholds.maxMeanResponseSeconds),
          ]),
      chart(
        "CPU, %",
        "Average",
        both(({ cpuUsePercent }) => cpuUsePercent),
      ),
      chart(
        "Memory, %",
        "Average",
        both(({ memoryUsePercent }) => memoryUsePercent),
        thresholds.maxMemoryPercent,
      ),
      chart("Waiting jobs", "Maximum", { waiting: waitingJobs }, thresholds.maxQueueDepth),
      chart("Failed jobs", "Sum", { failed: failedJobs }, thresholds.maxFailedJobs),
    ],
  };
}

function dataSection({ monitoring: { thresholds }, name }: Environment): DashboardSection {
  const products = ["thorbis", "helpdesk"] as const;
  const each = (pick: (metrics: ReturnType<typeof databaseMetrics>) => Metric): Lines =>
    Object.fromEntries(products.map((product) => [product, pick(databaseMetrics(`${product}-database`, name))]));
  const redis = {
    cache: redisMetrics(`thorbis-${name}-cache`).memoryUsePercent,
    queue: redisMetrics(`helpdesk-${name}-queue`).memoryUsePercent,
  };
  return {
    title: "Data",
    charts: [
      chart(
        "Connections",
        "Maximum",
        each(({ connections }) => connections),
      ),
      chart(
        "Reads from memory, %",
        "Average",
        each(({ cacheHitPercent }) => cacheHitPercent),
        thresholds.minCacheHitPercent,
      ),
      chart("Redis memory, %", "Maximum", redis),
      chart(
        "Backups completed",
        "Sum",
        each(({ completedBackups }) => completedBackups),
      ),
      chart(
        "Backups verified",
        "Sum",
        each(({ verifiedBackups }) => verifiedBackups),
      ),
    ],
  };
}

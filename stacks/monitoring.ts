import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope, DeclaredAlarm } from "../components/alarms/alarm.ts";
import { AlarmGroup } from "../components/alarms/alarm-group.ts";
import { backupMissing } from "../components/alarms/backup-missing.ts";
import { backupUnverified } from "../components/alarms/backup-unverified.ts";
import { databaseConnectionErrors } from "../components/alarms/database-connection-errors.ts";
import { deadLetters } from "../components/alarms/dead-letters.ts";
import { deepQueue } from "../components/alarms/deep-queue.ts";
import { drillMissed } from "../components/alarms/drill-missed.ts";
import { failedJobs } from "../components/alarms/failed-jobs.ts";
import { failedOperations } from "../components/alarms/failed-operations.ts";
import { highConnectionUse } from "../components/alarms/high-connection-use.ts";
import { highErrorRate } from "../components/alarms/high-error-rate.ts";
import { highMemory } from "../components/alarms/high-memory.ts";
import { lowCacheHits } from "../components/alarms/low-cache-hits.ts";
import {
  applicationMetrics,
  containerMetrics,
  databaseMetrics,
  jobQueueMetrics,
  loadBalancerMetrics,
} from "../components/alarms/platform-metrics.ts";
import { recoveryObjectiveMissed } from "../components/alarms/recovery-objective-missed.ts";
import { slowQueries } from "../components/alarms/slow-queries.ts";
import { slowResponse } from "../components/alarms/slow-response.ts";
import { HealthCheck } from "../components/health-check.ts";
import { ServiceLevelObjective } from "../components/service-level-objective.ts";
import { declareDashboard } from "./dashboard.ts";
import type { Databases } from "./databases.ts";
import { publicEndpoints } from "./endpoints.ts";
import { appNames, type Environment } from "./environment.ts";
import type { HelpDesk } from "./helpdesk.ts";
import { maxDaysBetweenDrills } from "./operations-settings.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import type { SharedServices } from "./shared.ts";

export interface MonitoringArgs {
  readonly shared: SharedServices;
  readonly databases: Databases;
  readonly helpdesk: HelpDesk;
}

/** Who is woken, by what: the alarms, objectives and health checks of an environment. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(
    name: string,
    environment: Environment,
    { shared, databases, helpdesk }: MonitoringArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("thorbis:stacks:Monitoring", name, {}, opts);
    const child = { parent: this };
    const scopeOf = (product: "platform" | "thorbis" | "helpdesk"): AlarmScope => ({
      ...alarmScope(environment, product, shared.notifications),
      parent: this,
    });
    const down = declareHealthChecks(environment, scopeOf, child);
    const alarms = [
      ...down.values(),
      ...appAlarms(environment, scopeOf("thorbis")),
      ...databaseAlarms(environment, databases, scopeOf("platform")),
    ];
    const helpdeskDown = down.get("helpdesk");
    const members = helpdeskAlarms(environment, helpdesk, {
      ...scopeOf("helpdesk"),
      announce: helpdeskDown === undefined ? "topic" : "group",
    });
    if (helpdeskDown !== undefined) {
      const scope = alarmScope(environment, "helpdesk", shared.notifications);
      new AlarmGroup("helpdesk-symptoms", { scope, subject: "helpdesk", suppressor: helpdeskDown, members }, child);
    }
    declareObjectives(environment, helpdesk, scopeOf, child);
    if (environment.monitoring.enabled) {
      declareDashboard(environment, { alarms: [...alarms, ...members], helpdesk }, child);
    }
    this.registerOutputs({});
  }
}

type ScopeOf = (product: "platform" | "thorbis" | "helpdesk") => AlarmScope;

function declareHealthChecks(
  environment: Environment,
  scopeOf: ScopeOf,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, DeclaredAlarm> {
  return new Map(
    publicEndpoints(environment).map(({ subject, host }) => {
      const product = subject === "helpdesk" ? "helpdesk" : "thorbis";
      const { parent: _, region: __, ...alarms } = scopeOf(product);
      const check = new HealthCheck(
        `${subject}-${environment.name}-health`,
        {
          subject,
          host,
          path: "/api/health",
          ownership: ownershipOf(environment, product, "public"),
          alarms,
          intervalSeconds: environment.monitoring.realTimeAlerts ? 10 : 30,
        },
        opts,
      );
      return [subject, check.alarm];
    }),
  );
}

function appAlarms(
  { apps, monitoring: { thresholds }, name }: Environment,
  scope: AlarmScope,
): readonly DeclaredAlarm[] {
  return appNames
    .filter((candidate) => apps[candidate] !== undefined)
    .flatMap((subject) => {
      const metrics = applicationMetrics(subject, name);
      return [
        highErrorRate(scope, { subject, ...metrics, maxErrorRatePercent: thresholds.maxErrorRatePercent }),
        slowResponse(scope, { subject, ...metrics, maxMeanResponseSeconds: thresholds.maxMeanResponseSeconds }),
        highMemory(scope, { subject, ...metrics, maxMemoryPercent: thresholds.maxMemoryPercent }),
      ];
    });
}

function databaseAlarms(
  { monitoring: { thresholds }, name }: Environment,
  databases: Databases,
  scope: AlarmScope,
): readonly DeclaredAlarm[] {
  const ofDatabases = (["thorbis", "helpdesk"] as const).flatMap((product) => {
    const subject = `${product}-database`;
    const metrics = databaseMetrics(subject, name);
    const refusedConnections = databases.refusals[product];
    return [
      databaseConnectionErrors(scope, {
        subject,
        ...metrics,
        ...(refusedConnections === undefined ? {} : { refusedConnections }),
        maxConnectionErrors: thresholds.maxDatabaseConnectionErrors,
      }),
      highConnectionUse(scope, {
        subject,
        ...metrics,
        connectionLimit: databases[product].connectionLimit,
        maxUsePercent: thresholds.maxDatabaseConnectionUsePercent,
      }),
      slowQueries(scope, { subject, ...metrics, maxSlowQueries: thresholds.maxSlowQueries }),
      lowCacheHits(scope, { subject, ...metrics, minCacheHitPercent: thresholds.minCacheHitPercent }),
      backupMissing(scope, { subject, ...metrics }),
      backupUnverified(scope, { subject, ...metrics }),
      recoveryObjectiveMissed(scope, { subject, ...metrics }),
      drillMissed(scope, { subject, ...metrics, maxDaysBetween: maxDaysBetweenDrills }),
    ];
  });
  // Operations are recorded under the platform's own database, whatever they work on.
  const subject = "thorbis-database";
  return [...ofDatabases, failedOperations(scope, { subject, ...databaseMetrics(subject, name) })];
}

function helpdeskAlarms(
  { monitoring: { thresholds }, name }: Environment,
  helpdesk: HelpDesk,
  scope: AlarmScope,
): readonly DeclaredAlarm[] {
  const queue = "helpdesk-default";
  const jobs = jobQueueMetrics(queue, name);
  const memory = (service: "web" | "worker") =>
    highMemory(scope, {
      subject: `helpdesk-${service}`,
      memoryUsePercent: containerMetrics(`thorbis-${name}`, helpdesk[service].serviceName).memoryUsePercent,
      maxMemoryPercent: thresholds.maxMemoryPercent,
    });
  const alarms = [
    memory("web"),
    memory("worker"),
    deepQueue(scope, { subject: queue, waitingJobs: jobs.waitingJobs, maxWaitingJobs: thresholds.maxQueueDepth }),
    failedJobs(scope, { subject: queue, failedJobs: jobs.failedJobs, maxFailedJobs: thresholds.maxFailedJobs }),
    deadLetters(scope, { subject: `${queue}-dlq`, deadLetters: jobs.deadLetters }),
  ];
  if (helpdesk.loadBalancer === undefined) return alarms;
  const door = loadBalancerMetrics(helpdesk.loadBalancer.arnSuffix);
  const subject = "helpdesk-web";
  return [
    ...alarms,
    highErrorRate(scope, { subject, ...door, maxErrorRatePercent: thresholds.maxErrorRatePercent }),
    slowResponse(scope, { subject, ...door, maxMeanResponseSeconds: thresholds.maxMeanResponseSeconds }),
  ];
}

function declareObjectives(
  environment: Environment,
  { loadBalancer }: HelpDesk,
  scopeOf: ScopeOf,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { availabilityPercent: objectivePercent, enabled, thresholds } = environment.monitoring;
  if (!enabled) return;
  const site = applicationMetrics("site", environment.name);
  const { parent: _, ...siteAlarms } = scopeOf("thorbis");
  const objective = (name: string, args: ConstructorParameters<typeof ServiceLevelObjective>[1]) =>
    new ServiceLevelObjective(name, args, opts);
  objective("site-availability", {
    subject: "site",
    indicator: { kind: "availability", errors: site.errors, requests: site.requests },
    objectivePercent,
    alarms: siteAlarms,
  });
  if (loadBalancer === undefined) return;
  const door = loadBalancerMetrics(loadBalancer.arnSuffix);
  const { parent: __, ...alarms } = scopeOf("helpdesk");
  objective("helpdesk-availability", {
    subject: "helpdesk-web",
    indicator: { kind: "availability", errors: door.errors, requests: door.requests },
    objectivePercent,
    alarms,
  });
  objective("helpdesk-latency", {
    subject: "helpdesk-web",
    indicator: { kind: "latency", responseTime: door.responseTime, maxSeconds: thresholds.maxMeanResponseSeconds },
    objectivePercent: 95,
    alarms,
  });
}

import * as appautoscaling from "@pulumi/aws/appautoscaling/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarms/metric.ts";
import { demand } from "./invalid-argument.ts";
import type { Tags } from "./tags.ts";

export interface ServiceScalingArgs {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** The load that the service is kept at. @default 60 */
  readonly targetCpuPercent?: number;
  /** Work that waits: tasks are added until each has at most so many waiting jobs. @default no queue */
  readonly backlog?: { readonly waitingJobs: Metric; readonly jobsPerTask: number };
  readonly tags: Tags;
  /** @default the provider's region */
  readonly region?: string;
}

/** As many tasks as the load asks for, within limits: quick to add, slow to take away. */
export class ServiceScaling extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:compute:ServiceScaling", name, {}, opts);
    const { backlog, maxTasks: maxCapacity, minTasks: minCapacity, region, targetCpuPercent = 60 } = args;
    const child = { parent: this };
    const scaled = {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${args.clusterName}/${args.serviceName}`,
      region,
    };
    const target = new appautoscaling.Target(name, { ...scaled, minCapacity, maxCapacity, tags: args.tags }, child);
    const follow = (purpose: string, tracking: appautoscaling.PolicyArgs["targetTrackingScalingPolicyConfiguration"]) =>
      new appautoscaling.Policy(
        `${name}-${purpose}`,
        {
          ...scaled,
          name: `${name}-${purpose}`,
          policyType: "TargetTrackingScaling",
          targetTrackingScalingPolicyConfiguration: tracking,
        },
        // The policy names the target by its id only: without this the two race.
        { parent: this, dependsOn: target },
      );
    const pace = { scaleOutCooldown: 60, scaleInCooldown: 300 };
    follow("cpu", {
      ...pace,
      targetValue: targetCpuPercent,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    });
    if (backlog !== undefined) {
      follow("backlog", {
        ...pace,
        targetValue: backlog.jobsPerTask,
        customizedMetricSpecification: { metrics: waitingPerTask(backlog.waitingJobs, args) },
      });
    }
    this.registerOutputs();
  }
}

function validate(name: string, { backlog, maxTasks, minTasks, targetCpuPercent = 60 }: ServiceScalingArgs): void {
  demand(
    Number.isInteger(minTasks) && Number.isInteger(maxTasks) && minTasks >= 1 && maxTasks >= minTasks,
    `${name}.minTasks`,
    `${minTasks} to ${maxTasks} tasks are no range`,
    "Use whole numbers from 1, the smaller one first.",
  );
  demand(
    targetCpuPercent >= 10 && targetCpuPercent <= 90,
    `${name}.targetCpuPercent`,
    `${targetCpuPercent} % leaves no room to work or to grow`,
    "Use 10 to 90.",
  );
  demand(
    backlog === undefined || backlog.jobsPerTask > 0,
    `${name}.backlog.jobsPerTask`,
    `${backlog?.jobsPerTask} jobs a task can never be reached`,
    "Use a number above 0.",
  );
}

function waitingPerTask(
  { dimensions, metricName, namespace }: Metric,
  { clusterName, serviceName }: ServiceScalingArgs,
) {
  const measured = (id: string, stat: string, metric: Metric) => ({
    id,
    returnData: false,
    metricStat: {
      stat,
      metric: {
        namespace: metric.namespace,
        metricName: metric.metricName,
        dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
      },
    },
  });
  const tasks: Metric = {
    namespace: "ECS/ContainerInsights",
    metricName: "RunningTaskCount",
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
  };
  return [
    measured("waiting", "Average", { dimensions, metricName, namespace }),
    measured("tasks", "Average", tasks),
    { id: "backlog", expression: "waiting / tasks", label: "Waiting jobs per task", returnData: true },
  ];
}

import * as ecs from "@pulumi/aws/ecs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarms/metric.ts";
import type { Container } from "./container.ts";
import type { ContainerCluster } from "./container-cluster.ts";
import { FargateTask } from "./fargate-task.ts";
import { demand } from "./invalid-argument.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import type { Statement } from "./policy-document.ts";
import { SecurityGroup, type SecurityGroupRule } from "./security-group.ts";
import { ServiceScaling } from "./service-scaling.ts";
import { type Ownership, tagsFor } from "./tags.ts";
import type { TrafficShift } from "./traffic-shift.ts";

export interface ContainerServiceArgs {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: ContainerCluster;
  readonly container: Container;
  /** CPU units: 256, 512, 1024, 2048 or 4096. */
  readonly cpu: number;
  readonly memoryMib: number;
  /** What the code may do in AWS. @default nothing */
  readonly permissions?: readonly Statement[];
  /** Keys of the container's secrets. @default none */
  readonly secretKeyArns?: readonly pulumi.Input<string>[];
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Where tasks may connect to. https to the world is what most APIs need. */
  readonly egress: readonly SecurityGroupRule[];
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly logRetentionDays: number;
  readonly ownership: Ownership;
  /** The door, where the service answers requests; the container needs a port then. @default none: a worker */
  readonly loadBalancer?: LoadBalancer;
  /** @default 60 */
  readonly targetCpuPercent?: number;
  /** Scale with the work that waits. @default by CPU alone */
  readonly backlog?: { readonly waitingJobs: Metric; readonly jobsPerTask: number };
  /**
   * A new release stands whole beside the old one, gets all visitors at once, and is watched for so many minutes before
   * the old one goes; `./thorbis release` says when. A web service needs a load balancer with {@link TrafficShift}.
   * @default tasks are replaced one after the other
   */
  readonly blueGreen?: { readonly watchMinutes: number };
  /** @default "ARM64" */
  readonly architecture?: "ARM64" | "X86_64";
}

/** A service on Fargate that replaces sick tasks, follows its load, and takes a bad release back by itself. */
export class ContainerService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** For whoever lets the tasks in, as a cache or a database does. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The task's log group is `/thorbis/<name>`. */
  readonly taskFamily: string;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:compute:ContainerService", name, {}, opts);
    const { accountId, cluster, container, loadBalancer, region } = args;
    const child = { parent: this };
    const tags = tagsFor("ContainerService", args.ownership);
    const task = new FargateTask(
      name,
      {
        accountId,
        region,
        tags,
        container,
        cpu: args.cpu,
        memoryMib: args.memoryMib,
        rights: {
          permissions: { statements: args.permissions ?? [] },
          secretKeyArns: args.secretKeyArns ?? [],
          logRetentionDays: args.logRetentionDays,
          logKeyArn: cluster.logKeyArn,
        },
        architecture: args.architecture ?? "ARM64",
      },
      child,
    );
    this.securityGroupId = new SecurityGroup(
      `${name}-tasks`,
      {
        vpcId: args.vpcId,
        description: `Tasks of ${name}`,
        ingress: doorOf(loadBalancer, container),
        egress: args.egress,
        tags,
        region,
      },
      child,
    ).groupId;
    const service = new ecs.Service(
      `${name}-service`,
      {
        name,
        cluster: cluster.arn,
        taskDefinition: task.definitionArn,
        launchType: "FARGATE",
        platformVersion: "1.4.0",
        desiredCount: args.minTasks,
        // New tasks are well before old ones go, and a release that never gets well is taken back.
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...releaseOf(args.blueGreen),
        availabilityZoneRebalancing: "ENABLED",
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        networkConfiguration: {
          subnets: [...args.subnetIds],
          securityGroups: [this.securityGroupId],
          assignPublicIp: false,
        },
        ...targetOf(name, args),
        tags,
        region,
      },
      {
        parent: this,
        // The number of tasks is the scaling's from the first minute on.
        ignoreChanges: ["desiredCount"],
        dependsOn: loadBalancer === undefined ? [] : [loadBalancer.listener],
      },
    );
    new ServiceScaling(
      `${name}-scaling`,
      {
        clusterName: cluster.clusterName,
        serviceName: name,
        minTasks: args.minTasks,
        maxTasks: args.maxTasks,
        targetCpuPercent: args.targetCpuPercent ?? 60,
        ...(args.backlog === undefined ? {} : { backlog: args.backlog }),
        tags,
        region,
      },
      { parent: this, dependsOn: service },
    );
    this.serviceName = service.name;
    this.taskFamily = task.family;
    this.registerOutputs({ serviceName: this.serviceName, securityGroupId: this.securityGroupId });
  }
}

function validate(name: string, { blueGreen, container, loadBalancer }: ContainerServiceArgs): void {
  demand(
    (loadBalancer === undefined) === (container.port === undefined),
    `${name}.container.port`,
    loadBalancer === undefined ? "nobody connects to the port" : "the load balancer does not know where to connect",
    "Give a service both a port and a load balancer, or neither.",
  );
  demand(
    blueGreen === undefined || loadBalancer === undefined || loadBalancer.shift !== undefined,
    `${name}.blueGreen`,
    "the load balancer has one group of targets, and two releases cannot stand in one",
    "Give the load balancer blueGreen as well.",
  );
  demand(
    loadBalancer !== undefined || container.healthCommand !== undefined,
    `${name}.container.healthCommand`,
    "nothing would notice a worker that hangs",
    "Name the command that checks it.",
  );
}

/** A release that is not watched to its end goes back by itself: nobody has to be there for that. */
const HOURS_TO_DECIDE = 4;

function releaseOf(blueGreen: ContainerServiceArgs["blueGreen"]) {
  // Without waiting a deployment that was taken back would count as done; a watched one is waited for by who watches it.
  if (blueGreen === undefined) return { waitForSteadyState: true };
  const pause = (stage: string) => ({
    targetType: "PAUSE",
    lifecycleStages: [stage],
    timeoutConfiguration: { action: "ROLLBACK", timeoutInMinutes: String(HOURS_TO_DECIDE * 60) },
  });
  return {
    waitForSteadyState: false,
    deploymentConfiguration: {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: String(blueGreen.watchMinutes),
      lifecycleHooks: [pause("POST_SCALE_UP"), pause("POST_PRODUCTION_TRAFFIC_SHIFT")],
    },
  };
}

function doorOf(loadBalancer: LoadBalancer | undefined, { port }: Container): readonly SecurityGroupRule[] {
  if (loadBalancer === undefined || port === undefined) return [];
  const peer = { securityGroupId: loadBalancer.securityGroupId };
  return [{ key: "load-balancer", port, description: "Requests of the load balancer", peer }];
}

const shiftOf = ({ alternateTargetGroupArn, roleArn, ruleArn }: TrafficShift) => ({
  alternateTargetGroupArn,
  productionListenerRule: ruleArn,
  roleArn,
});

function targetOf(containerName: string, { blueGreen, container: { port }, loadBalancer }: ContainerServiceArgs) {
  if (loadBalancer === undefined || port === undefined) return {};
  const { shift } = loadBalancer;
  return {
    healthCheckGracePeriodSeconds: 60,
    loadBalancers: [
      {
        containerName,
        containerPort: port,
        targetGroupArn: loadBalancer.targetGroupArn,
        ...(blueGreen && shift && { advancedConfiguration: shiftOf(shift) }),
      },
    ],
  };
}

import * as pulumi from "@pulumi/pulumi";
import { jobQueueMetrics } from "../components/alarms/platform-metrics.ts";
import { AttachmentsBucket } from "../components/attachments-bucket.ts";
import type { Container } from "../components/container.ts";
import { ContainerService } from "../components/container-service.ts";
import { ImageRepository } from "../components/image-repository.ts";
import type { LoadBalancer } from "../components/load-balancer.ts";
import type { Statement } from "../components/policy-document.ts";
import { containerEgress } from "./endpoints.ts";
import { declareDoor } from "./helpdesk-door.ts";
import { declareValues, type HelpDeskArgs, type Service } from "./helpdesk-values.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import { helpdeskOrigin } from "./variables/origins.ts";
import { isWatched, watchMinutes } from "./watched-release.ts";

/** HelpDeskApp: a web service behind a load balancer, a worker behind a queue, and what both read. */
export class HelpDesk extends pulumi.ComponentResource {
  readonly imageRepository: pulumi.Output<string>;
  readonly attachments: AttachmentsBucket;
  readonly loadBalancer: LoadBalancer | undefined;
  readonly web: ContainerService;
  readonly worker: ContainerService;

  constructor(name: string, args: HelpDeskArgs, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:HelpDesk", name, {}, opts);
    const { environment } = args.configuration;
    const { dataProtection } = environment.continuity;
    const child = { parent: this };

    const images = new ImageRepository(
      "helpdesk",
      { ownership: ownershipOf(environment, "helpdesk", "internal"), dataProtection },
      child,
    );
    this.attachments = declareAttachments(name, args, child);
    const values = declareValues(name, args, this.attachments, child);
    const container = (service: Service): Container => values.containerOf(service, images.url);

    const statements = this.attachments.applicationStatements;
    this.loadBalancer = declareDoor(name, args, child);
    this.web = declareWeb(args, container("helpdesk-web"), values.vaultKeyArn, statements, this.loadBalancer, child);
    const reporting = [...statements, reportQueue];
    this.worker = declareWorker(args, container("helpdesk-worker"), values.vaultKeyArn, reporting, child);
    this.imageRepository = images.url;
    this.registerOutputs({});
  }
}

/** The queue's depth decides how many workers run and whether somebody is told: the worker measures it. */
const reportQueue: Statement = {
  Sid: "ReportQueue",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringEquals: { "cloudwatch:namespace": "Thorbis/Queue" } },
};

function declareAttachments(
  name: string,
  { configuration: { environment }, shared }: HelpDeskArgs,
  opts: pulumi.ComponentResourceOptions,
): AttachmentsBucket {
  const { aws, continuity, helpdesk } = environment;
  return new AttachmentsBucket(
    `${name}-attachments`,
    {
      bucketName: `thorbis-${environment.name}-helpdesk-attachments`,
      accountId: aws.accountId,
      region: aws.region,
      allowedOrigins: [helpdeskOrigin(environment)],
      allowedMimeTypes: helpdesk.attachments.allowedMimeTypes,
      maxBytes: helpdesk.attachments.maxBytes,
      // The worker scans: what it has not found clean nobody else may read.
      scannerRoleArn: `arn:aws:iam::${aws.accountId}:role/helpdesk-worker-task`,
      ownership: ownershipOf(environment, "helpdesk", "confidential"),
      dataProtection: continuity.dataProtection,
      alarms: alarmScope(environment, "helpdesk", shared.notifications),
    },
    opts,
  );
}

function declareWeb(
  args: HelpDeskArgs,
  container: Container,
  keyArn: pulumi.Input<string>,
  permissions: readonly Statement[],
  loadBalancer: LoadBalancer | undefined,
  opts: pulumi.ComponentResourceOptions,
): ContainerService {
  const { environment } = args.configuration;
  const { cpuUnits, maxTasks, memoryMegabytes, minTasks } = environment.helpdesk.web;
  return new ContainerService(
    "helpdesk-web",
    {
      ...placement(args, keyArn),
      permissions,
      container: {
        ...container,
        ...(loadBalancer === undefined ? {} : { port: 3000 }),
        healthCommand: ["node", "-e", "fetch('http://127.0.0.1:3000/api/health').then(r=>process.exit(r.ok?0:1))"],
      },
      cpu: cpuUnits,
      memoryMib: memoryMegabytes,
      minTasks,
      maxTasks,
      ...(loadBalancer === undefined ? {} : { loadBalancer }),
      ...(isWatched(environment) && loadBalancer !== undefined
        ? { blueGreen: { watchMinutes: watchMinutes(environment) } }
        : {}),
    },
    opts,
  );
}

function declareWorker(
  args: HelpDeskArgs,
  container: Container,
  keyArn: pulumi.Input<string>,
  permissions: readonly Statement[],
  opts: pulumi.ComponentResourceOptions,
): ContainerService {
  const { environment } = args.configuration;
  const { cpuUnits, maxTasks, memoryMegabytes, minTasks } = environment.helpdesk.worker;
  return new ContainerService(
    "helpdesk-worker",
    {
      ...placement(args, keyArn),
      permissions,
      container: { ...container, command: ["pnpm", "worker:start"], healthCommand: ["pnpm", "worker:health"] },
      cpu: cpuUnits,
      memoryMib: memoryMegabytes,
      minTasks,
      maxTasks,
      backlog: {
        waitingJobs: jobQueueMetrics("helpdesk-default", environment.name).waitingJobs,
        // A worker clears its own concurrency ten times before a job has waited long.
        jobsPerTask: environment.helpdesk.queue.concurrency * 10,
      },
    },
    opts,
  );
}

function placement({ configuration: { environment }, shared }: HelpDeskArgs, keyArn: pulumi.Input<string>) {
  const { accountId, region } = environment.aws;
  return {
    accountId,
    region,
    cluster: shared.cluster,
    secretKeyArns: [keyArn],
    vpcId: shared.network.vpcId,
    subnetIds: shared.network.privateSubnetIds,
    egress: containerEgress(environment),
    logRetentionDays: environment.continuity.logRetentionDays,
    ownership: ownershipOf(environment, "helpdesk", "confidential"),
  };
}

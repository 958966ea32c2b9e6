import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { jobQueueMetrics } from "../components/alarms/platform-metrics.ts";
import { AttachmentsBucket } from "../components/attachments-bucket.ts";
import { Certificate } from "../components/certificate.ts";
import type { Container } from "../components/container.ts";
import { ContainerService } from "../components/container-service.ts";
import type { Database } from "../components/database.ts";
import { GeneratedSecrets } from "../components/generated-secrets.ts";
import type { HostedZone } from "../components/hosted-zone.ts";
import { ImageRepository } from "../components/image-repository.ts";
import { LoadBalancer } from "../components/load-balancer.ts";
import type { Statement } from "../components/policy-document.ts";
import type { Redis } from "../components/redis.ts";
import { Secrets } from "../components/secrets.ts";
import type { Configuration } from "./configuration.ts";
import { containerEgress, helpdeskHost } from "./endpoints.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import type { SharedServices } from "./shared.ts";
import { helpdeskOrigin } from "./variables/origins.ts";
import { generatedLengths, type ResolvedVariable, resolveFor, type ValueSources } from "./variables/resolve.ts";
import { helpdeskServices } from "./variables/variable.ts";

export interface HelpDeskArgs {
  readonly configuration: Configuration;
  readonly shared: SharedServices;
  readonly database: Database;
  readonly queue: Redis;
}

type Service = (typeof helpdeskServices)[number];

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
    const sources = valueSources(name, args, this.attachments, child);
    const resolved = new Map(helpdeskServices.map((service) => [service, resolveFor(service, sources)]));
    const secrets = declareSecrets(name, args, resolved, child);
    const container = (service: Service): Container =>
      containerOf(environment, images.url, resolved.get(service) ?? [], secrets);

    const statements = this.attachments.applicationStatements;
    this.loadBalancer = declareDoor(name, args, child);
    this.web = declareWeb(args, container("helpdesk-web"), secrets.keyArn, statements, this.loadBalancer, child);
    this.worker = declareWorker(args, container("helpdesk-worker"), secrets.keyArn, statements, child);
    this.imageRepository = images.url;
    this.registerOutputs({});
  }
}

function valueSources(
  name: string,
  { configuration, database, queue }: HelpDeskArgs,
  { bucket }: AttachmentsBucket,
  opts: pulumi.ComponentResourceOptions,
): ValueSources {
  const { environment, secrets } = configuration;
  const { mail } = environment.helpdesk;
  const generated = new GeneratedSecrets(
    `${name}-secrets`,
    { lengths: generatedLengths(helpdeskServices), dataProtection: environment.continuity.dataProtection },
    opts,
  );
  return {
    environment,
    secrets,
    generated: generated.values,
    derived: {
      "database-url": database.urls.application,
      ...(environment.database.readReplicas > 0 ? { "database-replica-url": database.urls.readonly } : {}),
      "redis-url": queue.url,
      "storage-bucket": bucket,
      "storage-url": pulumi.interpolate`https://${bucket}.s3.${environment.aws.region}.amazonaws.com`,
      "smtp-host": mail.kind === "ses" ? `email-smtp.${environment.aws.region}.amazonaws.com` : mail.host,
      "smtp-port": mail.kind === "ses" ? "587" : String(mail.port),
    },
  };
}

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

function declareSecrets(
  name: string,
  { configuration, shared }: HelpDeskArgs,
  resolved: ReadonlyMap<Service, readonly ResolvedVariable[]>,
  opts: pulumi.ComponentResourceOptions,
): Secrets {
  const { aws, continuity, name: environmentName } = configuration.environment;
  const role = (roleName: string) => `arn:aws:iam::${aws.accountId}:role/${roleName}`;
  const secret = (resolvedFor: readonly ResolvedVariable[]) =>
    resolvedFor.filter(({ variable }) => variable.exposure === "secret");
  const entries = Object.fromEntries(
    secret([...resolved.values()].flat()).map(({ variable, value }) => [
      variable.name,
      {
        description: variable.description,
        value,
        readerArns: helpdeskServices
          .filter((service) =>
            secret(resolved.get(service) ?? []).some((other) => other.variable.name === variable.name),
          )
          .map((service) => role(`${service}-execution`)),
        rotation: { by: "person", everyDays: 90 } as const,
      },
    ]),
  );
  return new Secrets(
    `${name}-vault`,
    {
      accountId: aws.accountId,
      region: aws.region,
      ownership: ownershipOf(configuration.environment, "helpdesk", "restricted"),
      dataProtection: continuity.dataProtection,
      entries,
      prefix: `thorbis/${environmentName}/helpdesk`,
      administratorArns: [role(`thorbis-${environmentName}-deploy`)],
      reminderTopicArn: shared.notifications.topicArns.info,
    },
    opts,
  );
}

function containerOf(
  { helpdesk }: Environment,
  repositoryUrl: pulumi.Input<string>,
  variables: readonly ResolvedVariable[],
  secrets: Secrets,
): Container {
  const plain = variables.filter(({ variable }) => variable.exposure !== "secret");
  const sealed = variables.filter(({ variable }) => variable.exposure === "secret");
  return {
    repositoryUrl,
    imageTag: helpdesk.imageTag,
    environment: Object.fromEntries(plain.map(({ variable, value }) => [variable.name, value])),
    secrets: Object.fromEntries(sealed.map(({ variable }) => [variable.name, secrets.arns[variable.name] ?? ""])),
    // Next.js keeps rendered pages there.
    writablePaths: ["/tmp", "/app/.next/cache"],
  };
}

/** The way in. Absent where no public name leads to it: a load balancer needs a certificate that browsers accept. */
function declareDoor(
  name: string,
  { configuration: { environment }, shared }: HelpDeskArgs,
  opts: pulumi.ComponentResourceOptions,
): LoadBalancer | undefined {
  const { network, notifications, zone } = shared;
  if (zone === undefined) return undefined;
  const ownership = ownershipOf(environment, "helpdesk", "public");
  const certificate = new Certificate(
    `${name}-certificate`,
    {
      domainName: helpdeskHost(environment),
      zoneId: zone.zoneId,
      ownership,
      alarms: alarmScope(environment, "helpdesk", notifications),
    },
    opts,
  );
  const balancer = new LoadBalancer(
    `${name}-${environment.name}`,
    {
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      networkCidr: network.cidrBlock,
      certificateArn: certificate.arn,
      allowedCidrs: ["0.0.0.0/0"],
      targetPort: 3000,
      healthPath: "/api/health",
      ownership,
      deletionProtection: environment.continuity.dataProtection === "protected",
    },
    opts,
  );
  declareAlias(name, zone, helpdeskHost(environment), balancer, opts);
  return balancer;
}

function declareAlias(
  name: string,
  zone: HostedZone,
  host: string,
  balancer: LoadBalancer,
  opts: pulumi.ComponentResourceOptions,
): void {
  new route53.Record(
    `${name}-alias`,
    {
      zoneId: zone.zoneId,
      name: host,
      type: "A",
      aliases: [{ name: balancer.dnsName, zoneId: balancer.hostedZoneId, evaluateTargetHealth: true }],
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
  const { cpuUnits, maxTasks, memoryMegabytes, minTasks } = args.configuration.environment.helpdesk.web;
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

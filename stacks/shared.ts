import * as pulumi from "@pulumi/pulumi";
import { Audit } from "../components/audit.ts";
import { BackupBucket } from "../components/backup-bucket.ts";
import { Budget } from "../components/budget.ts";
import { ContainerCluster } from "../components/container-cluster.ts";
import { EncryptionKey } from "../components/encryption-key.ts";
import { GithubAccess } from "../components/github-access.ts";
import { HostedZone } from "../components/hosted-zone.ts";
import { Network } from "../components/network.ts";
import { Notifications } from "../components/notifications.ts";
import type { Recovery } from "../components/recovery-rights.ts";
import type { Configuration } from "./configuration.ts";
import { databaseCluster } from "./database-cluster.ts";
import { helpdeskDoor, isPublic } from "./endpoints.ts";
import type { Environment } from "./environment.ts";
import { notificationRoutes } from "./notification-routes.ts";
import { backupBucketName, operationsLogGroup } from "./operations-settings.ts";
import { ownershipOf } from "./ownership.ts";

/** What both products stand on. */
export class SharedServices extends pulumi.ComponentResource {
  readonly notifications: Notifications;
  readonly backups: BackupBucket;
  readonly network: Network;
  readonly cluster: ContainerCluster;
  readonly access: GithubAccess;
  /** Where access logs end: the bucket's name, once it lets load balancers write. */
  readonly logArchive: pulumi.Output<string>;
  /** Absent where nobody but this machine resolves the names. */
  readonly zone: HostedZone | undefined;

  constructor(name: string, configuration: Configuration, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:SharedServices", name, {}, opts);
    const { environment } = configuration;
    const child = { parent: this };
    const internal = ownershipOf(environment, "platform", "internal");

    this.notifications = new Notifications(
      "notifications",
      {
        accountId: environment.aws.accountId,
        region: environment.aws.region,
        ownership: internal,
        dataProtection: environment.continuity.dataProtection,
        routes: notificationRoutes(configuration),
      },
      child,
    );
    this.access = declareAccess(environment, child);
    const logKeyArn = declareLogKey(environment, child).arn;
    this.network = declareNetwork(environment, logKeyArn, child);
    this.zone = isPublic(environment) ? declareZone(environment, child) : undefined;
    this.backups = declareBackups(environment, child);
    this.cluster = new ContainerCluster(
      `thorbis-${environment.name}`,
      {
        accountId: environment.aws.accountId,
        region: environment.aws.region,
        ownership: internal,
        insights: environment.monitoring.enabled ? "enabled" : "disabled",
        logKeyArn,
      },
      child,
    );
    declareBudget(environment, this.notifications, child);
    this.logArchive = declareAudit(environment, this.notifications, child).archiveBucket;
    this.registerOutputs({});
  }
}

function declareAccess(environment: Environment, opts: pulumi.ComponentResourceOptions): GithubAccess {
  const { access, aws, name } = environment;
  return new GithubAccess(
    `thorbis-${name}`,
    {
      accountId: aws.accountId,
      repository: access.repository,
      githubEnvironment: name,
      branch: access.branch,
      stateBucketName: `thorbis-${name}-pulumi-state`,
      ownership: ownershipOf(environment, "platform", "internal"),
      identityProvider: "create",
      dataProtection: environment.continuity.dataProtection,
    },
    opts,
  );
}

/** One key for all logs of the environment: each further one would cost a dollar a month. */
function declareLogKey(environment: Environment, opts: pulumi.ComponentResourceOptions): EncryptionKey {
  const { accountId, region } = environment.aws;
  return new EncryptionKey(
    `thorbis-${environment.name}-logs-key`,
    {
      description: "Logs: they hold what users did",
      accountId,
      ownership: ownershipOf(environment, "platform", "confidential"),
      dataProtection: environment.continuity.dataProtection,
      services: [`logs.${region}.amazonaws.com`],
    },
    opts,
  );
}

function declareNetwork(
  environment: Environment,
  logKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): Network {
  const { accountId, network, region } = environment.aws;
  return new Network(
    `thorbis-${environment.name}`,
    {
      accountId,
      region,
      availabilityZones: network.availabilityZones,
      cidrBlock: network.cidr,
      natGateways: network.natGateways,
      logKeyArn,
      ownership: ownershipOf(environment, "platform", "internal"),
      flowLogRetentionDays: environment.continuity.logRetentionDays,
    },
    opts,
  );
}

function declareZone(environment: Environment, opts: pulumi.ComponentResourceOptions): HostedZone {
  const [contact = ""] = environment.notifications.email;
  return new HostedZone(
    "zone",
    {
      domainName: environment.domain,
      ownership: ownershipOf(environment, "platform", "public"),
      dataProtection: environment.continuity.dataProtection,
      // Vercel's certificates come from Let's Encrypt, the load balancer's from Amazon.
      certificateIssuers: ["amazon.com", "letsencrypt.org"],
      certificateContact: contact,
      records: vercelRecords(environment),
    },
    opts,
  );
}

/** Vercel's edge answers at fixed names: the apex by address, every other name by alias. */
function vercelRecords({ apps, domain }: Environment) {
  const names = Object.values(apps).flatMap((app) => (app === undefined ? [] : [...app.domains, ...app.redirects]));
  return names.map((name) =>
    name === domain
      ? ({ label: "", type: "A", target: { values: ["76.76.21.21"], ttlSeconds: 300 } } as const)
      : ({
          label: name.slice(0, -domain.length - 1),
          type: "CNAME",
          target: { values: ["cname.vercel-dns.com."], ttlSeconds: 300 },
        } as const),
  );
}

function declareBackups(environment: Environment, opts: pulumi.ComponentResourceOptions): BackupBucket {
  const { aws, continuity, name } = environment;
  const { backupRetentionDays, dataProtection, objectLock } = continuity;
  return new BackupBucket(
    "backups",
    {
      bucketName: backupBucketName(environment),
      accountId: aws.accountId,
      region: aws.region,
      replicaRegion: aws.replicaRegion,
      ownership: ownershipOf(environment, "platform", "restricted"),
      dataProtection,
      retentionDays: backupRetentionDays,
      recovery: recoveryOf(environment),
      incomingPrefixes: [name, `${name}-helpdesk`].map((prefix) => `${prefix}/incoming/`),
      ...(objectLock ? { retentionLock: { mode: "GOVERNANCE", days: backupRetentionDays } as const } : {}),
    },
    opts,
  );
}

/** The account's administrators say who may restore: a person named here and gone would block every deploy. */
function recoveryOf(environment: Environment): Recovery {
  const { aws, database } = environment;
  const { identifier, keyName } = databaseCluster(environment);
  return {
    operatorArns: [`arn:aws:iam::${aws.accountId}:root`],
    region: aws.region,
    logGroupName: operationsLogGroup,
    ...(database.server.kind === "aurora" ? { cluster: { identifier, keyAlias: `alias/${keyName}` } } : {}),
  };
}

function declareBudget(
  environment: Environment,
  notifications: Notifications,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { anomalyDollars, monthlyDollars, recipients, since } = environment.budget;
  new Budget(
    `thorbis-${environment.name}`,
    {
      monthlyLimitUsd: monthlyDollars,
      anomalyUsd: anomalyDollars,
      startDate: since,
      ownership: ownershipOf(environment, "platform", "internal"),
      topicArn: notifications.topicArns.warning,
      emails: recipients,
    },
    opts,
  );
}

function declareAudit(
  environment: Environment,
  notifications: Notifications,
  opts: pulumi.ComponentResourceOptions,
): Audit {
  const { aws, continuity, name } = environment;
  const days = continuity.auditRetentionDays;
  return new Audit(
    `thorbis-${name}-audit`,
    {
      archiveBucketName: `thorbis-${name}-logs`,
      accountId: aws.accountId,
      region: aws.region,
      ownership: ownershipOf(environment, "platform", "confidential"),
      dataProtection: continuity.dataProtection,
      retention: { auditDays: days, accessDays: days },
      ...(continuity.objectLock ? { retentionLock: { mode: "GOVERNANCE", days } as const } : {}),
      ...(isPublic(environment) ? { loadBalancerNames: [helpdeskDoor(environment)] } : {}),
      watchedBucketArns: [`arn:aws:s3:::${backupBucketName(environment)}`],
      findingsTopicArn: notifications.topicArns.critical,
    },
    opts,
  );
}

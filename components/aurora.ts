import * as rds from "@pulumi/aws/rds/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { LogGroup } from "./log-group.ts";
import { ServiceRole } from "./service-role.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface AuroraArgs {
  /** Major and minor version of PostgreSQL, for example `16.6`. */
  readonly engineVersion: string;
  /** For example `db.r8g.large`. */
  readonly instanceClass: string;
  /** Instances that only read, and one of which takes over: 0 to 15. */
  readonly readReplicas: number;
  readonly databaseName: string;
  /** The owner's name; the password is made and kept by AWS in Secrets Manager. */
  readonly masterUsername: string;
  readonly accountId: string;
  /** Private subnets in two zones at least. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  /** The customer-managed key. A change replaces the cluster: choose once. */
  readonly keyArn: pulumi.Input<string>;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** Days that any moment can be restored, 1 to 35. @default 35 where data is protected, otherwise 1 */
  readonly backupRetentionDays?: number;
  /** UTC. @default "01:00-01:45", before the nightly jobs */
  readonly backupWindow?: string;
  /** UTC. @default "sun:06:30-sun:07:30" */
  readonly maintenanceWindow?: string;
  /** Statements that take longer are logged. @default 1000, from the maintenance guide */
  readonly slowStatementMilliseconds?: number;
  /** The server's log is kept for this long; RDS itself would keep it for ever. */
  readonly logRetentionDays: number;
  /** Encrypts the log: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
  /** @default the provider's region */
  readonly region?: string;
}

/** A PostgreSQL cluster: encrypted, TLS only, restorable to any second, with replicas that can take over. */
export class Aurora extends pulumi.ComponentResource {
  readonly clusterIdentifier: pulumi.Output<string>;
  /** Where writes go. */
  readonly host: pulumi.Output<string>;
  /** Where reads may go; the writer itself where there is no replica. */
  readonly readerHost: pulumi.Output<string>;
  readonly port = 5432;
  /** Where the server writes what it refuses and what takes it long. */
  readonly logGroupName: pulumi.Output<string>;
  /** The secret with the owner's password; AWS rotates it every week. */
  readonly masterSecretArn: pulumi.Output<string>;

  constructor(name: string, args: AuroraArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:data:Aurora", name, {}, opts);
    const { accountId, dataProtection, engineVersion, readReplicas, region } = args;
    const child = { parent: this };
    const tags = tagsFor("Aurora", args.ownership);
    const isProtected = dataProtection === "protected";
    const subnets = new rds.SubnetGroup(
      `${name}-subnets`,
      { name, description: `Private subnets of ${name}`, subnetIds: [...args.subnetIds], tags, region },
      child,
    );
    const [major] = engineVersion.split(".");
    const parameters = new rds.ClusterParameterGroup(
      `${name}-parameters`,
      {
        // The family is part of the name: an upgrade needs the new group beside the old one.
        name: `${name}-postgresql${major}`,
        family: `aurora-postgresql${major}`,
        description: `Parameters of ${name}`,
        parameters: parametersOf(args.slowStatementMilliseconds ?? 1000),
        tags,
        region,
      },
      child,
    );
    const monitor = new ServiceRole(
      `${name}-monitoring`,
      {
        description: "RDS reports the operating system's metrics",
        tags,
        trust: { service: "monitoring.rds.amazonaws.com", accountId },
        statements: [],
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"],
      },
      child,
    );
    const log = new LogGroup(
      `${name}-log`,
      {
        logGroupName: `/aws/rds/cluster/${name}/postgresql`,
        retentionDays: args.logRetentionDays,
        keyArn: args.logKeyArn,
        tags,
        ...(region === undefined ? {} : { region }),
      },
      child,
    );
    const cluster = new rds.Cluster(
      name,
      {
        clusterIdentifier: name,
        engine: "aurora-postgresql",
        engineVersion,
        databaseName: args.databaseName,
        masterUsername: args.masterUsername,
        // AWS makes, keeps and rotates the password: it is in no program and in no state.
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: args.keyArn,
        iamDatabaseAuthenticationEnabled: true,
        storageEncrypted: true,
        kmsKeyId: args.keyArn,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [...args.securityGroupIds],
        dbClusterParameterGroupName: parameters.name,
        port: this.port,
        backupRetentionPeriod: args.backupRetentionDays ?? (isProtected ? 35 : 1),
        preferredBackupWindow: args.backupWindow ?? "01:00-01:45",
        preferredMaintenanceWindow: args.maintenanceWindow ?? "sun:06:30-sun:07:30",
        copyTagsToSnapshot: true,
        deletionProtection: isProtected,
        skipFinalSnapshot: !isProtected,
        ...(isProtected ? { finalSnapshotIdentifier: `${name}-final`, deleteAutomatedBackups: false } : {}),
        enabledCloudwatchLogsExports: ["postgresql"],
        // A change waits for the maintenance window: it may restart the database.
        applyImmediately: false,
        allowMajorVersionUpgrade: false,
        tags,
        region,
      },
      // RDS would make the log's group itself, without an end and without our key.
      pulumi.mergeOptions(dataOptions(dataProtection), { ...child, dependsOn: log }),
    );
    for (let index = 0; index <= readReplicas; index += 1) {
      new rds.ClusterInstance(
        `${name}-${index}`,
        {
          identifier: `${name}-${index}`,
          clusterIdentifier: cluster.id,
          engine: "aurora-postgresql",
          engineVersion,
          instanceClass: args.instanceClass,
          publiclyAccessible: false,
          // The first two replicas are the first to take over.
          promotionTier: Math.min(index, 15),
          performanceInsightsEnabled: true,
          performanceInsightsKmsKeyId: args.keyArn,
          monitoringInterval: 60,
          monitoringRoleArn: monitor.arn,
          autoMinorVersionUpgrade: false,
          copyTagsToSnapshot: true,
          tags,
          region,
        },
        child,
      );
    }
    this.clusterIdentifier = cluster.id;
    this.logGroupName = log.logGroupName;
    this.host = cluster.endpoint;
    this.readerHost = cluster.readerEndpoint;
    this.masterSecretArn = cluster.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "");
    this.registerOutputs({ host: this.host, readerHost: this.readerHost, masterSecretArn: this.masterSecretArn });
  }
}

function validate(name: string, args: AuroraArgs): void {
  const { backupRetentionDays = 1, engineVersion, instanceClass, masterUsername, readReplicas } = args;
  demand(
    /^[a-z](-?[a-z0-9]+){0,62}$/.test(name) && name.length <= 60,
    name,
    "RDS accepts no such identifier",
    "Use up to 60 lower-case letters, digits and single hyphens, a letter first.",
  );
  demand(
    /^(1[4-9]|2\d)\.\d{1,2}$/.test(engineVersion),
    `${name}.engineVersion`,
    `"${engineVersion}" is no version of Aurora PostgreSQL`,
    "Write major and minor, for example 16.6.",
  );
  demand(
    Number.isInteger(readReplicas) && readReplicas >= 0 && readReplicas <= 15,
    `${name}.readReplicas`,
    `${readReplicas} is no number of replicas`,
    "Use 0 to 15.",
  );
  demand(
    /^db\.[a-z0-9]+\.[a-z0-9]+$/.test(instanceClass),
    `${name}.instanceClass`,
    `"${instanceClass}" is no instance class`,
    "Write it like db.r8g.large.",
  );
  demand(
    Number.isInteger(backupRetentionDays) && backupRetentionDays >= 1 && backupRetentionDays <= 35,
    `${name}.backupRetentionDays`,
    `${backupRetentionDays} days cannot be restored`,
    "Use 1 to 35 whole days.",
  );
  demand(
    /^[a-z][a-z0-9_]{0,15}$/.test(masterUsername) && !["admin", "postgres", "rdsadmin"].includes(masterUsername),
    `${name}.masterUsername`,
    `"${masterUsername}" is reserved or no name`,
    "Use up to 16 lower-case letters, digits and underscores.",
  );
}

function parametersOf(slowStatementMilliseconds: number) {
  const now = (name: string, value: string) => ({ name, value, applyMethod: "immediate" });
  return [
    now("rds.force_ssl", "1"),
    now("log_min_duration_statement", String(slowStatementMilliseconds)),
    now("log_lock_waits", "1"),
    now("idle_in_transaction_session_timeout", "60000"),
    { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
  ];
}

import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "../components/alarms/metric.ts";
import { Aurora } from "../components/aurora.ts";
import { Database } from "../components/database.ts";
import { EncryptionKey } from "../components/encryption-key.ts";
import { RefusedConnections } from "../components/refused-connections.ts";
import { SecurityGroup } from "../components/security-group.ts";
import { tagsFor } from "../components/tags.ts";
import type { Configuration, OperatorSecrets } from "./configuration.ts";
import { databaseCluster } from "./database-cluster.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import type { SharedServices } from "./shared.ts";

type Product = "thorbis" | "helpdesk";

/** A server that databases are made on, whoever runs it. */
interface Server {
  readonly host: pulumi.Input<string>;
  /** Where reads may go; absent where nobody but the writer answers. */
  readonly readerHost?: pulumi.Input<string>;
  readonly port: number;
  readonly administrator: string;
  readonly password: pulumi.Input<string>;
  /** CloudWatch's name for it, and where its log lies; absent where others watch over it. */
  readonly clusterIdentifier?: pulumi.Output<string>;
  readonly logGroupName?: pulumi.Output<string>;
}

/**
 * Processes that may each hold a pool: the five apps' functions share one, HelpDesk's tasks have their own. Its worker
 * reads what was written a moment ago, so it goes to the writer alone; all pools together still fit the one server that
 * is left when the readers are lost.
 */
const processesOf = {
  thorbis: () => ({ processes: 1 }),
  helpdesk: ({ helpdesk: { web, worker } }: Environment) => ({
    processes: web.maxTasks + worker.maxTasks,
    readingProcesses: web.maxTasks,
  }),
};

/** The server of the environment, adopted or declared, and a database for each product. */
export class Databases extends pulumi.ComponentResource {
  readonly thorbis: Database;
  readonly helpdesk: Database;
  readonly clusterIdentifier: pulumi.Output<string> | undefined;
  /** Connections that the server refused, by product; absent where others keep its log. */
  readonly refusals: Readonly<Partial<Record<Product, Metric>>>;

  constructor(
    name: string,
    configuration: Configuration,
    shared: SharedServices,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("thorbis:stacks:Databases", name, {}, opts);
    const { environment, secrets } = configuration;
    const { database, continuity } = environment;
    const child = { parent: this };
    const server =
      database.server.kind === "aurora"
        ? declareServer(environment, database.server, shared, child)
        : adoptServer(database.server, secrets);
    const provider = new postgresql.Provider(
      "postgresql",
      {
        host: server.host,
        port: server.port,
        username: server.administrator,
        password: server.password,
        // A managed master user is no superuser, and the provider's default would have it act like one.
        superuser: false,
        sslmode: database.tls ? "require" : "disable",
        connectTimeout: 30,
      },
      child,
    );
    const declare = (product: Product) =>
      new Database(
        `${product}-database`,
        {
          databaseName: product,
          administrator: server.administrator,
          host: server.host,
          port: server.port,
          ...(server.readerHost === undefined ? {} : { readerHost: server.readerHost }),
          tls: database.tls,
          poolSize: database.poolSize,
          ...processesOf[product](environment),
          statementTimeoutMilliseconds: environment.apis.timeoutSeconds * 1000,
          dataProtection: continuity.dataProtection,
        },
        { parent: this, providers: [provider] },
      );
    this.thorbis = declare("thorbis");
    this.helpdesk = declare("helpdesk");
    this.clusterIdentifier = server.clusterIdentifier;
    this.refusals = countRefusals(environment, server, child);
    this.registerOutputs({});
  }
}

function countRefusals(
  environment: Environment,
  { logGroupName }: Server,
  opts: pulumi.ComponentResourceOptions,
): Databases["refusals"] {
  if (logGroupName === undefined) return {};
  const count = (databaseName: Product) =>
    new RefusedConnections(
      `${databaseName}-database-refusals`,
      { logGroupName, databaseName, metricName: `RefusedConnections-${databaseName}-${environment.name}` },
      opts,
    ).metric;
  return { thorbis: count("thorbis"), helpdesk: count("helpdesk") };
}

type ServerSettings<Kind> = Extract<Environment["database"]["server"], { kind: Kind }>;

function adoptServer(settings: ServerSettings<"external">, secrets: OperatorSecrets): Server {
  const { host, port, administrator } = settings;
  return { host, port, administrator, password: secrets.get("DATABASE_ADMIN_PASSWORD") ?? "" };
}

function declareServer(
  environment: Environment,
  settings: ServerSettings<"aurora">,
  { cluster: { logKeyArn }, network }: SharedServices,
  opts: pulumi.ComponentResourceOptions,
): Server {
  const { aws, continuity, database, name } = environment;
  const ownership = ownershipOf(environment, "platform", "restricted");
  const { dataProtection } = continuity;
  const { accountId } = aws;
  const { identifier, keyName } = databaseCluster(environment);
  const door = new SecurityGroup(
    `thorbis-${name}-database`,
    {
      vpcId: network.vpcId,
      description: "Who may reach the databases",
      ingress: [{ key: "network", port: 5432, description: "Services and jobs", peer: { cidr: network.cidrBlock } }],
      tags: tagsFor("Databases", ownership),
    },
    opts,
  );
  const key = new EncryptionKey(
    keyName,
    { description: "The databases and their backups", accountId, ownership, dataProtection },
    opts,
  );
  const cluster = new Aurora(
    identifier,
    {
      engineVersion: settings.version,
      instanceClass: settings.instanceClass,
      readReplicas: database.readReplicas,
      databaseName: "platform",
      masterUsername: settings.administrator,
      accountId,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [door.groupId],
      keyArn: key.arn,
      ownership,
      dataProtection,
      backupRetentionDays: settings.backupRetentionDays,
      backupWindow: settings.backupWindow,
      maintenanceWindow: settings.maintenanceWindow,
      slowStatementMilliseconds: database.slowQueryMilliseconds,
      logRetentionDays: continuity.logRetentionDays,
      logKeyArn,
    },
    opts,
  );
  return {
    host: cluster.host,
    ...(database.readReplicas > 0 ? { readerHost: cluster.readerHost } : {}),
    port: cluster.port,
    administrator: settings.administrator,
    password: managedPassword(cluster.masterSecretArn, opts),
    clusterIdentifier: cluster.clusterIdentifier,
    logGroupName: cluster.logGroupName,
  };
}

/** AWS makes and rotates the master password; it is read anew in every run, and stays secret. */
function managedPassword(secretArn: pulumi.Output<string>, { parent }: pulumi.ComponentResourceOptions) {
  const version = secretsmanager.getSecretVersionOutput(
    { secretId: secretArn },
    parent === undefined ? {} : { parent },
  );
  return pulumi.secret(version.secretString.apply((text) => (JSON.parse(text) as { password: string }).password));
}

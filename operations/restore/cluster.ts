import {
  CreateDBInstanceCommand,
  type DBCluster,
  DBClusterNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type RDSClient,
  RestoreDBClusterToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { messageOf, OperationFailure } from "../failure.ts";

/** A cluster that was made beside another one. */
export interface NewCluster {
  identifier: string;
  host: string;
  port: number;
}

export interface ClusterRestore {
  client: RDSClient;
  /** The cluster as `findCluster` described it. */
  source: DBCluster;
  /** Name of the new one; it must not exist. */
  identifier: string;
  to: Date;
  /** Between two questions for the state. */
  wait(): Promise<void>;
  signal?: AbortSignal;
  onStatus?: (status: string) => void;
}

/** Questions for one state until it counts as lost: four hours at four a minute. */
const QUESTIONS = 960;
const PENDING = new Set(["creating", "backing-up", "modifying", "configuring-enhanced-monitoring", "migrating"]);

export async function findCluster(client: RDSClient, identifier: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    return DBClusters?.[0];
  } catch (error) {
    if (error instanceof DBClusterNotFoundFault) return undefined;
    throw explained(`the cluster ${identifier} cannot be described`, error);
  }
}

/**
 * Makes a cluster of its own that holds what the source held at that second, and waits until it answers. The source is
 * only read. A cluster that was begun and failed stays: removing clusters is no right that a restore needs.
 */
export async function restoreCluster(restore: ClusterRestore): Promise<NewCluster> {
  const { client, identifier, source } = restore;
  const engine = source.Engine ?? "";
  const begin = new RestoreDBClusterToPointInTimeCommand({
    ...likeSource(source),
    DBClusterIdentifier: identifier,
    SourceDBClusterIdentifier: source.DBClusterIdentifier,
    RestoreToTime: restore.to,
    RestoreType: "full-copy",
    Tags: [{ Key: "thorbis:restored-from", Value: `${source.DBClusterIdentifier} ${restore.to.toISOString()}` }],
  });
  await client.send(begin).catch((error: unknown) => {
    throw explained(`the restore of ${source.DBClusterIdentifier} to ${restore.to.toISOString()} was refused`, error);
  });
  try {
    await untilAvailable(restore, `cluster ${identifier}`, async () => (await findCluster(client, identifier))?.Status);
    // Aurora keeps storage and servers apart: the new storage has no server yet.
    if (engine.startsWith("aurora")) await addInstance(restore, engine);
    const made = await findCluster(client, identifier);
    if (made?.Endpoint === undefined) throw new OperationFailure(`the cluster ${identifier} has no address`);
    return { identifier, host: made.Endpoint, port: made.Port ?? 5_432 };
  } catch (error) {
    throw new OperationFailure(messageOf(error), {
      remedy: `${identifier} was begun and is left as it is. Remove it when you have looked at it: aws rds delete-db-cluster --db-cluster-identifier ${identifier}`,
      cause: error,
    });
  }
}

/** Network, parameters and protection as the source has them: the defaults of the service would open or unprotect it. */
function likeSource(source: DBCluster) {
  const groups = (source.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  return {
    DBSubnetGroupName: source.DBSubnetGroup,
    DBClusterParameterGroupName: source.DBClusterParameterGroup,
    VpcSecurityGroupIds: groups,
    Port: source.Port,
    KmsKeyId: source.KmsKeyId,
    DeletionProtection: source.DeletionProtection,
    CopyTagsToSnapshot: source.CopyTagsToSnapshot,
    EnableIAMDatabaseAuthentication: source.IAMDatabaseAuthenticationEnabled,
    EnableCloudwatchLogsExports: source.EnabledCloudwatchLogsExports,
    ...(source.ServerlessV2ScalingConfiguration !== undefined && {
      ServerlessV2ScalingConfiguration: {
        MinCapacity: source.ServerlessV2ScalingConfiguration.MinCapacity,
        MaxCapacity: source.ServerlessV2ScalingConfiguration.MaxCapacity,
      },
    }),
  };
}

/** One server as large as the source's writer: a smaller one would measure another recovery time. */
async function addInstance(restore: ClusterRestore, engine: string): Promise<void> {
  const { client, identifier, source } = restore;
  const writer = source.DBClusterMembers?.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  if (writer === undefined) throw new OperationFailure(`the cluster ${source.DBClusterIdentifier} has no writer`);
  const name = `${identifier}-1`;
  try {
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: writer }));
    await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBClusterIdentifier: identifier,
        DBInstanceClass: DBInstances?.[0]?.DBInstanceClass,
        Engine: engine,
        PubliclyAccessible: false,
      }),
    );
  } catch (error) {
    throw explained(`the server ${name} cannot be made`, error);
  }
  await untilAvailable(restore, `server ${name}`, async () => {
    const answer = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return answer.DBInstances?.[0]?.DBInstanceStatus;
  });
}

async function untilAvailable(
  { wait, signal, onStatus }: ClusterRestore,
  what: string,
  ask: () => Promise<string | undefined>,
): Promise<void> {
  for (let question = 0; question < QUESTIONS; question += 1) {
    signal?.throwIfAborted();
    const status = (await ask()) ?? "absent";
    onStatus?.(`${what}: ${status}`);
    if (status === "available") return;
    if (!PENDING.has(status)) throw new OperationFailure(`the ${what} does not become available: it is ${status}`);
    await wait();
  }
  throw new OperationFailure(`the ${what} did not become available in time`);
}

function explained(what: string, error: unknown): OperationFailure {
  const name = error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
  return new OperationFailure(`${what}: ${name}${messageOf(error)}`, { cause: error });
}

/** What RDS computes for clusters and their instances. */
import { randomUUID } from "node:crypto";
import type { PropertyMap } from "../../engine/values.ts";
import type { Surroundings } from "../type.ts";
import { arn, capitals, lettersAndDigits, once, text } from "./common.ts";

const ports: Readonly<Record<string, number>> = {
  "aurora-postgresql": 5432,
  postgres: 5432,
  "aurora-mysql": 3306,
  mysql: 3306,
};
const newest: Readonly<Record<string, string>> = { "aurora-postgresql": "16.6", postgres: "16.6" };

/** The part of a host name that one account has in one region. */
function zone(endpoint: unknown): string {
  return typeof endpoint === "string" && endpoint !== ""
    ? (endpoint.split(".")[1] ?? "")
    : `c${lettersAndDigits(11).toLowerCase()}`;
}

export function clusterOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const { old, region } = surroundings;
  const own = zone(old?.endpoint).replace(/^cluster-(ro-)?/, "");
  const host = (kind: string): string => `${id}.${kind}-${own}.${region}.rds.amazonaws.com`;
  const version = text(inputs, "engineVersion") || newest[text(inputs, "engine")] || "8.0";
  const zones = ["a", "b", "c"].map((letter) => `${region}${letter}`);
  return {
    arn: arn(surroundings, "rds", `cluster:${id}`),
    allocatedStorage: inputs.allocatedStorage ?? 1,
    availabilityZones: inputs.availabilityZones ?? old?.availabilityZones ?? zones,
    backupRetentionPeriod: inputs.backupRetentionPeriod ?? 1,
    caCertificateValidTill: "",
    clusterIdentifier: id,
    clusterMembers: old?.clusterMembers ?? [],
    clusterResourceId: once(surroundings, "clusterResourceId", () => `cluster-${capitals(26)}`),
    databaseName: inputs.databaseName ?? "",
    dbClusterParameterGroupName:
      inputs.dbClusterParameterGroupName ?? `default.${text(inputs, "engine")}${version.split(".")[0]}`,
    dbSubnetGroupName: inputs.dbSubnetGroupName ?? "default",
    endpoint: host("cluster"),
    engineLifecycleSupport: inputs.engineLifecycleSupport ?? "open-source-rds-extended-support",
    engineVersion: version,
    engineVersionActual: version,
    hostedZoneId: "Z2R2ITUGPM61AM",
    iamRoles: inputs.iamRoles ?? [],
    kmsKeyId: inputs.kmsKeyId ?? (inputs.storageEncrypted === true ? arn(surroundings, "kms", "key/aws/rds") : ""),
    masterUserSecrets:
      inputs.manageMasterUserPassword === true ? (old?.masterUserSecrets ?? [managedSecret(inputs, surroundings)]) : [],
    networkType: inputs.networkType ?? "IPV4",
    port: inputs.port ?? ports[text(inputs, "engine")] ?? 3306,
    preferredBackupWindow: inputs.preferredBackupWindow ?? "07:00-07:30",
    preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? "sun:05:00-sun:05:30",
    readerEndpoint: host("cluster-ro"),
    storageEncrypted: inputs.storageEncrypted ?? false,
    storageType: inputs.storageType ?? "",
    upgradeRolloutOrder: "second",
    vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [],
    masterUsername: inputs.masterUsername ?? "",
  };
}

function managedSecret(inputs: PropertyMap, surroundings: Surroundings): PropertyMap {
  return {
    kmsKeyId: inputs.masterUserSecretKmsKeyId ?? arn(surroundings, "kms", "key/aws/secretsmanager"),
    secretArn: arn(surroundings, "secretsmanager", `secret:rds!cluster-${randomUUID()}-${lettersAndDigits(6)}`),
    secretStatus: "active",
  };
}

export const clusterType = "aws:rds/cluster:Cluster";

export function instanceOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const { old, region, world } = surroundings;
  const cluster = world.get(clusterType, text(inputs, "clusterIdentifier"), region)?.outputs ?? {};
  return {
    arn: arn(surroundings, "rds", `db:${id}`),
    availabilityZone: inputs.availabilityZone ?? old?.availabilityZone ?? `${region}a`,
    caCertIdentifier: inputs.caCertIdentifier ?? "rds-ca-rsa2048-g1",
    dbParameterGroupName: inputs.dbParameterGroupName ?? "default",
    dbSubnetGroupName: inputs.dbSubnetGroupName ?? cluster.dbSubnetGroupName ?? "default",
    dbiResourceId: once(surroundings, "dbiResourceId", () => `db-${capitals(26)}`),
    endpoint: `${id}.${zone(old?.endpoint)}.${region}.rds.amazonaws.com`,
    engineVersion: inputs.engineVersion ?? cluster.engineVersion ?? "",
    engineVersionActual: inputs.engineVersion ?? cluster.engineVersionActual ?? "",
    identifier: id,
    kmsKeyId: cluster.kmsKeyId ?? "",
    monitoringRoleArn: inputs.monitoringRoleArn ?? "",
    networkType: "IPV4",
    performanceInsightsEnabled: inputs.performanceInsightsEnabled ?? false,
    port: cluster.port ?? ports[text(inputs, "engine")] ?? 3306,
    preferredBackupWindow: inputs.preferredBackupWindow ?? cluster.preferredBackupWindow ?? "",
    preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? "sun:06:00-sun:06:30",
    publiclyAccessible: inputs.publiclyAccessible ?? false,
    storageEncrypted: cluster.storageEncrypted ?? false,
    writer: old?.writer ?? !hasWriter(inputs, surroundings),
  };
}

function hasWriter({ clusterIdentifier }: PropertyMap, { world }: Surroundings): boolean {
  return world
    .list()
    .some(
      ({ type, outputs }) =>
        type === "aws:rds/clusterInstance:ClusterInstance" &&
        outputs.clusterIdentifier === clusterIdentifier &&
        outputs.writer === true,
    );
}

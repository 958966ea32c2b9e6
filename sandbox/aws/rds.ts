/** RDS and Aurora. */
import { randomUUID } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import {
  conflict,
  count,
  given,
  known,
  length,
  matches,
  oneOf,
  type Rule,
  range,
  refuses,
  requires,
  value,
} from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, capitals, lettersAndDigits, named, once, row, text, vpcOf } from "./common.ts";
import facts from "./rds.json" with { type: "json" };

const identifierRules = (property: string): Rule[] => [
  length(property, 1, 63),
  matches(
    property,
    /^[a-z][0-9a-z-]*$/,
    "must begin with a letter and contain only lower-case letters, digits and hyphens",
  ),
  refuses(property, /--|-$/, "cannot contain two consecutive hyphens or end with a hyphen"),
];

const finalSnapshot: Rule = (inputs, report) => {
  if (inputs.skipFinalSnapshot !== true && inputs.finalSnapshotIdentifier === "") {
    report("finalSnapshotIdentifier", "is required unless skipFinalSnapshot is true");
  }
};

/** Who the master is, unless the cluster comes from another. */
const master: Rule = (inputs, report) => {
  if (!known(inputs, "masterPassword", "manageMasterUserPassword")) return;
  const inherited = [
    "snapshotIdentifier",
    "replicationSourceIdentifier",
    "restoreToPointInTime",
    "globalClusterIdentifier",
    "s3Import",
  ];
  if (inherited.some((property) => given(inputs, property))) return;
  if (!given(inputs, "masterUsername")) report("masterUsername", "is required for a new cluster");
  const password = ["masterPassword", "masterPasswordWo"].some((property) => given(inputs, property));
  if (!password && inputs.manageMasterUserPassword !== true) {
    report("masterPassword", "one of masterPassword, manageMasterUserPassword must be given");
  }
};

const capacity: Rule = ({ serverlessv2ScalingConfiguration: scaling }, report) => {
  if (!isMap(scaling)) return;
  const { minCapacity, maxCapacity, secondsUntilAutoPause } = scaling;
  for (const [name, found] of Object.entries({ minCapacity, maxCapacity })) {
    if (typeof found !== "number") continue;
    const path = `serverlessv2ScalingConfiguration.${name}`;
    if (found < 0 || found > 256) report(path, `expected to be in the range (0 - 256), got ${found}`);
    if (found * 2 !== Math.trunc(found * 2)) report(path, "must be a multiple of 0.5");
  }
  if (typeof minCapacity === "number" && typeof maxCapacity === "number" && minCapacity > maxCapacity) {
    report("serverlessv2ScalingConfiguration.minCapacity", "is above maxCapacity");
  }
  if (secondsUntilAutoPause !== undefined && typeof minCapacity === "number" && minCapacity !== 0) {
    report("serverlessv2ScalingConfiguration.secondsUntilAutoPause", "needs minCapacity 0");
  }
};

const windows = [
  matches("preferredBackupWindow", /^\d\d:\d\d-\d\d:\d\d$/, "must have the form hh24:mi-hh24:mi"),
  matches(
    "preferredMaintenanceWindow",
    /^[a-zA-Z]{3}:\d\d:\d\d-[a-zA-Z]{3}:\d\d:\d\d$/,
    "must have the form ddd:hh24:mi-ddd:hh24:mi",
  ),
];

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

function clusterOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
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

const clusterType = "aws:rds/cluster:Cluster";

function instanceOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
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

const monitoring: Rule[] = [
  oneOf("monitoringInterval", [0, 1, 5, 10, 15, 30, 60]),
  value("performanceInsightsRetentionPeriod", (found) =>
    typeof found !== "number" || found === 7 || found === 731 || (found % 31 === 0 && found <= 713 && found >= 31)
      ? undefined
      : "must be 7, 731 or a multiple of 31 days",
  ),
];

const identifier =
  (property: string) =>
  (inputs: PropertyMap): string =>
    text(inputs, property);

const taken =
  (kind: string, property: string) =>
  (inputs: PropertyMap): string =>
    `${kind}AlreadyExists: ${text(inputs, property)} already exists`;

export const rds: Service = {
  file: "sandbox/aws/rds.json",
  facts,
  behaviours: {
    [clusterType]: row({
      autoname: named("clusterIdentifier", 63, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
      rules: [
        ...identifierRules("clusterIdentifier"),
        matches("engine", /^(aurora-(mysql|postgresql)|mysql|postgres|neptune|docdb)$/, "is no engine of a cluster"),
        matches(
          "databaseName",
          /^[A-Za-z_][0-9A-Za-z_]*$/,
          "must begin with a letter and contain only letters, digits and underscores",
        ),
        oneOf("engineMode", ["global", "multimaster", "parallelquery", "provisioned", "serverless"]),
        conflict("masterPassword", "manageMasterUserPassword"),
        conflict("masterPasswordWo", "manageMasterUserPassword"),
        conflict("masterPassword", "masterPasswordWo"),
        conflict("clusterIdentifier", "clusterIdentifierPrefix"),
        requires("masterUserSecretKmsKeyId", "manageMasterUserPassword"),
        range("backupRetentionPeriod", 1, 35),
        range("backtrackWindow", 0, 259_200),
        range("port", 1150, 65_535),
        matches("kmsKeyId", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        refuses("finalSnapshotIdentifier", /--|-$/, "cannot contain two consecutive hyphens or end with a hyphen"),
        finalSnapshot,
        master,
        capacity,
        ...windows,
        ...monitoring,
      ],
      unique: (inputs, { account, region }) => [`db cluster ${account} ${region} ${text(inputs, "clusterIdentifier")}`],
      taken: taken("DBCluster", "clusterIdentifier"),
      id: identifier("clusterIdentifier"),
      outputs: clusterOutputs,
      replaces: (old, inputs) =>
        !text(inputs, "engine").startsWith("aurora") &&
        given(inputs, "storageType") &&
        old.storageType !== inputs.storageType
          ? ["storageType"]
          : [],
      equivalent: { engineVersion: (wanted, actual) => actual === wanted || actual.startsWith(`${wanted}.`) },
    }),
    "aws:rds/clusterInstance:ClusterInstance": row({
      autoname: named("identifier", 63, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
      rules: [
        ...identifierRules("identifier"),
        matches(
          "instanceClass",
          /^db\.[a-z0-9-]+(\.[a-z0-9-]+)?$/,
          "must be an instance class such as db.serverless or db.r6g.large",
        ),
        range("promotionTier", 0, 15),
        conflict("identifier", "identifierPrefix"),
        ...windows,
        ...monitoring,
      ],
      unique: (inputs, { account, region }) => [`db instance ${account} ${region} ${text(inputs, "identifier")}`],
      taken: taken("DBInstance", "identifier"),
      id: identifier("identifier"),
      outputs: instanceOutputs,
    }),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": row({
      autoname: named("name", 255, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
      rules: [
        ...identifierRules("name").slice(1),
        length("name", 1, 255),
        conflict("name", "namePrefix"),
        oneOf("parameters[].applyMethod", ["immediate", "pending-reboot"]),
      ],
      unique: (inputs, { account, region }) => [
        `db cluster parameter group ${account} ${region} ${text(inputs, "name")}`,
      ],
      taken: taken("DBParameterGroup", "name"),
      id: identifier("name"),
      outputs: (_, surroundings, id) => ({ arn: arn(surroundings, "rds", `cluster-pg:${id}`) }),
    }),
    "aws:rds/subnetGroup:SubnetGroup": row({
      autoname: named("name", 255, { lowerCase: true, replaces: /[^a-z0-9 ._-]/g }),
      rules: [
        length("name", 1, 255),
        matches(
          "name",
          /^[ .0-9a-z_-]+$/,
          "only lower-case letters, digits and the characters - _ . and space are allowed",
        ),
        refuses("name", /^default$/i, "is not allowed as Default"),
        conflict("name", "namePrefix"),
        count("subnetIds", 1, 100),
      ],
      unique: (inputs, { account, region }) => [`db subnet group ${account} ${region} ${text(inputs, "name")}`],
      taken: taken("DBSubnetGroup", "name"),
      id: identifier("name"),
      outputs: (inputs, surroundings, id) => ({
        arn: arn(surroundings, "rds", `subgrp:${id}`),
        supportedNetworkTypes: ["IPV4"],
        vpcId: vpcOf(inputs.subnetIds, surroundings),
      }),
    }),
  },
};

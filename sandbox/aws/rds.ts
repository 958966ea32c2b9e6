/** RDS and Aurora. */
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
import { arn, named, row, text, vpcOf } from "./common.ts";
import facts from "./rds.json" with { type: "json" };
import { clusterOutputs, clusterType, instanceOutputs } from "./rds-outputs.ts";

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

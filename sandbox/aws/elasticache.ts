/** ElastiCache. */
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
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
import { arn, hex, named, row, shortRegion, text, vpcOf } from "./common.ts";
import facts from "./elasticache.json" with { type: "json" };

const sameInLowerCase = (first: string, second: string): boolean => first.toLowerCase() === second.toLowerCase();

const idRules: Rule[] = [
  length("replicationGroupId", 1, 40),
  matches(
    "replicationGroupId",
    /^[A-Za-z][0-9A-Za-z-]*$/,
    "must begin with a letter and contain only letters, digits and hyphens",
  ),
  refuses("replicationGroupId", /--|-$/, "cannot contain two consecutive hyphens or end with a hyphen"),
];

/** From 7 on a version has two parts; 6 is given as `6.x` or `6.2`; before that it has three. */
const version = value("engineVersion", (found) => {
  if (typeof found !== "string") return undefined;
  if (/^(5|4|3)\.\d+\.\d+$|^6\.(x|\d+)$|^([7-9]|\d{2,})\.\d+$/.test(found)) return undefined;
  return `engine version ${found} must be <major>.<minor> from 7 on, 6.x or 6.<minor>, or <major>.<minor>.<patch> below 6`;
});

const failover: Rule = (inputs, report) => {
  if (!known(inputs, "multiAzEnabled", "automaticFailoverEnabled", "numCacheClusters", "replicasPerNodeGroup")) return;
  if (inputs.multiAzEnabled === true && inputs.automaticFailoverEnabled !== true) {
    report("multiAzEnabled", "automaticFailoverEnabled must be true if multiAzEnabled is true");
  }
  if (inputs.automaticFailoverEnabled !== true) return;
  if (typeof inputs.numCacheClusters === "number" && inputs.numCacheClusters < 2) {
    report("numCacheClusters", "must be at least 2 if automaticFailoverEnabled is true");
  }
};

const authToken: Rule = (inputs, report) => {
  if (given(inputs, "authTokenUpdateStrategy") && !given(inputs, "authToken") && !given(inputs, "authTokenWo")) {
    report("authTokenUpdateStrategy", "needs authToken");
  }
};

/** Characters that ElastiCache refuses in a token, and its length; the token itself must not be told. */
const tokenRules: Rule[] = ["authToken", "authTokenWo"].flatMap((property) => [
  length(property, 16, 128),
  refuses(property, /[@"/\s]/, 'must not contain @, ", / or spaces'),
]);

const nodes = ({ numCacheClusters, numNodeGroups, replicasPerNodeGroup }: PropertyMap): number => {
  if (typeof numCacheClusters === "number") return numCacheClusters;
  const groups = typeof numNodeGroups === "number" ? numNodeGroups : 1;
  return groups * (1 + (typeof replicasPerNodeGroup === "number" ? replicasPerNodeGroup : 0));
};

const isCluster = ({ numNodeGroups, clusterMode }: PropertyMap): boolean =>
  clusterMode === "enabled" || (typeof numNodeGroups === "number" && numNodeGroups > 1);

const groupId = (inputs: PropertyMap): string => text(inputs, "replicationGroupId").toLowerCase();

/** A group that is made anew has other host names; an update keeps them. */
function domainPart(old: PropertyMap | undefined): string | undefined {
  const host = text(old ?? {}, "primaryEndpointAddress") || text(old ?? {}, "configurationEndpointAddress");
  return host === "" ? undefined : host.split(".").at(-5);
}

function endpoints(inputs: PropertyMap, surroundings: Surroundings): PropertyMap {
  const suffix = domainPart(surroundings.old) ?? hex(6);
  const tls = inputs.transitEncryptionEnabled === true;
  const host = (role: string): string =>
    tls
      ? `${role}.${groupId(inputs)}.${suffix}.${shortRegion(surroundings.region)}.cache.amazonaws.com`
      : `${groupId(inputs)}${role === "master" ? "" : `-${role}`}.${suffix}.${shortRegion(surroundings.region)}.cache.amazonaws.com`;
  if (isCluster(inputs)) {
    return { configurationEndpointAddress: host("clustercfg"), primaryEndpointAddress: "", readerEndpointAddress: "" };
  }
  return {
    configurationEndpointAddress: "",
    primaryEndpointAddress: host("master"),
    readerEndpointAddress: host("replica"),
  };
}

const patch: Readonly<Record<string, string>> = { redis: "7.1.0", valkey: "8.0.1" };

function actualVersion(inputs: PropertyMap): string {
  const given = text(inputs, "engineVersion");
  if (given === "") return patch[text(inputs, "engine")] ?? "7.1.0";
  return given.replace(/^6\.x$/, "6.2").replace(/^(\d+\.\d+)$/, "$1.0");
}

const replicationGroup = row({
  autoname: named("replicationGroupId", 40, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
  rules: [
    ...idRules,
    version,
    failover,
    authToken,
    ...tokenRules,
    oneOf("engine", ["redis", "valkey"]),
    length("description", 1, 255),
    range("snapshotRetentionLimit", 0, 35),
    range("port", 1, 65535),
    range("replicasPerNodeGroup", 0, 5),
    range("numNodeGroups", 1, 500),
    range("numCacheClusters", 1, 6),
    matches("nodeType", /^cache\.[a-z0-9]+\.[a-z0-9]+$/, "must be a node type such as cache.t4g.small"),
    matches("snapshotWindow", /^\d\d:\d\d-\d\d:\d\d$/, "must have the form hh24:mi-hh24:mi"),
    matches(
      "maintenanceWindow",
      /^[a-zA-Z]{3}:\d\d:\d\d-[a-zA-Z]{3}:\d\d:\d\d$/,
      "must have the form ddd:hh24:mi-ddd:hh24:mi",
    ),
    conflict("numCacheClusters", "numNodeGroups"),
    conflict("numCacheClusters", "replicasPerNodeGroup"),
    conflict("authToken", "userGroupIds"),
    count("userGroupIds", 0, 1),
    requires("transitEncryptionMode", "transitEncryptionEnabled"),
  ],
  unique: (inputs, { account, region }) => [`replication group ${account} ${region} ${groupId(inputs)}`],
  taken: (inputs) => `ReplicationGroupAlreadyExists: a replication group named ${groupId(inputs)} already exists`,
  id: groupId,
  outputs: (inputs, surroundings, id) => ({
    ...endpoints(inputs, surroundings),
    replicationGroupId: id,
    arn: arn(surroundings, "elasticache", `replicationgroup:${id}`),
    clusterEnabled: isCluster(inputs),
    clusterMode: inputs.clusterMode ?? (isCluster(inputs) ? "enabled" : "disabled"),
    engine: inputs.engine ?? "redis",
    engineVersion: inputs.engineVersion ?? actualVersion(inputs).split(".").slice(0, 2).join("."),
    engineVersionActual: actualVersion(inputs),
    memberClusters: Array.from({ length: nodes(inputs) }, (_, index) => `${id}-${String(index + 1).padStart(3, "0")}`),
    atRestEncryptionEnabled: inputs.atRestEncryptionEnabled ?? inputs.engine === "valkey",
    transitEncryptionEnabled: inputs.transitEncryptionEnabled ?? inputs.engine === "valkey",
    autoMinorVersionUpgrade: inputs.autoMinorVersionUpgrade ?? true,
    ipDiscovery: inputs.ipDiscovery ?? "ipv4",
    networkType: inputs.networkType ?? "ipv4",
    maintenanceWindow: inputs.maintenanceWindow ?? "sun:05:00-sun:06:00",
    snapshotWindow: inputs.snapshotWindow ?? "03:00-04:00",
    numCacheClusters: nodes(inputs),
    numNodeGroups: inputs.numNodeGroups ?? 1,
    replicasPerNodeGroup: inputs.replicasPerNodeGroup ?? Math.max(nodes(inputs) - 1, 0),
    port: inputs.port ?? 6379,
    securityGroupIds: inputs.securityGroupIds ?? [],
  }),
  unset: { port: 6379 },
  equivalent: {
    replicationGroupId: sameInLowerCase,
    // 6.x is recorded as it was given, and means the newest 6.
    engineVersion: (first, second) => first.replace(/^6\.x$/, "6.2") === second.replace(/^6\.x$/, "6.2"),
  },
  replaces(old, inputs) {
    const forced: string[] = [];
    const change = `${text(old, "engine")} ${text(inputs, "engine")}`;
    if (given(inputs, "engine") && text(old, "engine") !== text(inputs, "engine") && change !== "redis valkey")
      forced.push("engine");
    if (isDowngrade(text(old, "engineVersion"), text(inputs, "engineVersion"))) forced.push("engineVersion");
    if (isDowngrade("7.0.5", text(old, "engineVersionActual"))) forced.push("transitEncryptionEnabled");
    return forced;
  },
});

function isDowngrade(from: string, to: string): boolean {
  if (from === "" || to === "" || isUnknown(from) || isUnknown(to)) return false;
  const [first, second] = [from, to].map((each) => each.replace("x", "999").split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (second?.[index] ?? 0) - (first?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const lowerName = (inputs: PropertyMap): string => text(inputs, "name").toLowerCase();

export const elasticache: Service = {
  file: "sandbox/aws/elasticache.json",
  facts,
  behaviours: {
    "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
    "aws:elasticache/parameterGroup:ParameterGroup": row({
      autoname: named("name", 255, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
      rules: [
        length("name", 1, 255),
        matches("family", /^(redis|valkey|memcached)[\d.x]+$/, "must be a family such as redis7 or valkey8"),
      ],
      unique: (inputs, { account, region }) => [`parameter group ${account} ${region} ${lowerName(inputs)}`],
      taken: (inputs) =>
        `CacheParameterGroupAlreadyExists: a parameter group named ${lowerName(inputs)} already exists`,
      id: lowerName,
      outputs: (_, surroundings, id) => ({ name: id, arn: arn(surroundings, "elasticache", `parametergroup:${id}`) }),
      equivalent: { name: sameInLowerCase },
    }),
    "aws:elasticache/subnetGroup:SubnetGroup": row({
      autoname: named("name", 255, { lowerCase: true, replaces: /[^a-z0-9-]/g }),
      rules: [length("name", 1, 255), count("subnetIds", 1, 100)],
      unique: (inputs, { account, region }) => [`cache subnet group ${account} ${region} ${lowerName(inputs)}`],
      taken: (inputs) => `CacheSubnetGroupAlreadyExists: a subnet group named ${lowerName(inputs)} already exists`,
      id: lowerName,
      outputs: (inputs, surroundings, id) => ({
        name: id,
        arn: arn(surroundings, "elasticache", `subnetgroup:${id}`),
        vpcId: vpcOf(inputs.subnetIds, surroundings),
      }),
      equivalent: { name: sameInLowerCase },
    }),
    "aws:elasticache/user:User": row({
      rules: [
        oneOf("engine", ["redis", "valkey", "REDIS", "VALKEY"]),
        length("userName", 1, 120),
        length("passwords[]", 16, 128),
        matches(
          "userId",
          /^[A-Za-z][0-9A-Za-z-]*$/,
          "must begin with a letter and contain only letters, digits and hyphens",
        ),
      ],
      unique: (inputs, { account, region }) => [
        `cache user ${account} ${region} ${text(inputs, "userId").toLowerCase()}`,
      ],
      id: (inputs) => text(inputs, "userId").toLowerCase(),
      outputs: (inputs, surroundings, id) => ({
        userId: id,
        arn: arn(surroundings, "elasticache", `user:${id}`),
        authenticationMode: inputs.authenticationMode ?? {
          type: inputs.noPasswordRequired === true ? "no-password-required" : "password",
          passwordCount: Array.isArray(inputs.passwords) ? inputs.passwords.length : 0,
        },
      }),
      equivalent: { userId: sameInLowerCase, engine: sameInLowerCase },
    }),
    "aws:elasticache/userGroup:UserGroup": row({
      rules: [oneOf("engine", ["redis", "valkey", "REDIS", "VALKEY"])],
      unique: (inputs, { account, region }) => [
        `cache user group ${account} ${region} ${text(inputs, "userGroupId").toLowerCase()}`,
      ],
      id: (inputs) => text(inputs, "userGroupId").toLowerCase(),
      outputs: (_, surroundings, id) => ({ userGroupId: id, arn: arn(surroundings, "elasticache", `usergroup:${id}`) }),
      equivalent: { userGroupId: sameInLowerCase, engine: sameInLowerCase },
    }),
  },
};

import * as elasticache from "@pulumi/aws/elasticache/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { highRedisMemory } from "./alarms/high-redis-memory.ts";
import { redisMetrics } from "./alarms/platform-metrics.ts";
import { redisEvictions } from "./alarms/redis-evictions.ts";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface RedisArgs {
  /** Major and minor version, for example `7.1`; ElastiCache refuses `7.1.0` and `7`. */
  readonly engineVersion: string;
  /** For example `cache.t4g.micro`. */
  readonly nodeType: string;
  /** Nodes in all. From 2 on they stand in several zones and one takes over when the leader fails. */
  readonly nodeCount: number;
  /** What clients authenticate with: 16 to 128 letters, digits or hyphens. Always kept secret. */
  readonly authToken: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<string>[];
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** Who is told when memory runs out. @default no alarms */
  readonly alarms?: Omit<AlarmScope, "parent">;
  /** The customer-managed key. @default the service's own key: still encrypted at rest */
  readonly keyArn?: pulumi.Input<string>;
  /** What happens when memory is full. @default "noeviction": a queue must refuse a job rather than lose one */
  readonly maxMemoryPolicy?: "noeviction" | "allkeys-lru" | "volatile-lru";
  /** Daily snapshots that are kept. @default 7 where data is protected, otherwise 0 */
  readonly snapshotRetentionDays?: number;
  /** When snapshots are taken, UTC. @default "03:30-04:30" */
  readonly snapshotWindow?: string;
  /** When AWS may patch, UTC. @default "sun:05:30-sun:06:30" */
  readonly maintenanceWindow?: string;
  /** @default the provider's region */
  readonly region?: string;
}

/** A Redis replication group: TLS and AUTH only, encrypted at rest, snapshots, and a leader that can be replaced. */
export class Redis extends pulumi.ComponentResource {
  /** The leader's host name. */
  readonly host: pulumi.Output<string>;
  /** `rediss://:<token>@<host>:6379`; secret. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:data:Redis", name, {}, opts);
    const { dataProtection, engineVersion, nodeCount, region } = args;
    const child = { parent: this };
    const tags = tagsFor("Redis", args.ownership);
    const authToken = pulumi.secret(args.authToken);
    const subnets = new elasticache.SubnetGroup(
      `${name}-subnets`,
      { name, description: `Private subnets of ${name}`, subnetIds: args.subnetIds, tags, region },
      child,
    );
    const [major] = engineVersion.split(".");
    const parameters = new elasticache.ParameterGroup(
      `${name}-parameters`,
      {
        // The family is part of the name: it cannot be changed, and the old group lives until the new one is in use.
        name: `${name}-redis${major}`,
        family: major === "6" ? "redis6.x" : `redis${major}`,
        description: `Parameters of ${name}`,
        parameters: [{ name: "maxmemory-policy", value: args.maxMemoryPolicy ?? "noeviction" }],
        tags,
        region,
      },
      child,
    );
    const group = new elasticache.ReplicationGroup(
      name,
      {
        replicationGroupId: name,
        description: `Redis ${name}`,
        engine: "redis",
        engineVersion,
        nodeType: args.nodeType,
        numCacheClusters: nodeCount,
        automaticFailoverEnabled: nodeCount > 1,
        multiAzEnabled: nodeCount > 1,
        port,
        subnetGroupName: subnets.name,
        securityGroupIds: args.securityGroupIds,
        parameterGroupName: parameters.name,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken,
        // Without it every preview shows a change; ROTATE lets the old token work until the new one is everywhere.
        authTokenUpdateStrategy: "ROTATE",
        atRestEncryptionEnabled: true,
        kmsKeyId: args.keyArn,
        snapshotRetentionLimit: args.snapshotRetentionDays ?? (dataProtection === "protected" ? 7 : 0),
        snapshotWindow: args.snapshotWindow ?? "03:30-04:30",
        maintenanceWindow: args.maintenanceWindow ?? "sun:05:30-sun:06:30",
        autoMinorVersionUpgrade: true,
        // A change waits for the maintenance window: it may fail over.
        applyImmediately: false,
        finalSnapshotIdentifier: dataProtection === "protected" ? `${name}-final` : undefined,
        tags,
        region,
      },
      pulumi.mergeOptions(dataOptions(dataProtection), child),
    );
    this.host = group.primaryEndpointAddress;
    this.url = pulumi.secret(pulumi.interpolate`rediss://:${authToken}@${this.host}:${port}`);
    if (args.alarms !== undefined) {
      const scope = { ...args.alarms, parent: this };
      const { evictions, memoryUsePercent } = redisMetrics(name);
      highRedisMemory(scope, { subject: name, memoryUsePercent });
      if ((args.maxMemoryPolicy ?? "noeviction") === "noeviction") redisEvictions(scope, { subject: name, evictions });
    }
    this.registerOutputs({ host: this.host, url: this.url });
  }
}

const port = 6379;

function validate(name: string, args: RedisArgs): void {
  demand(
    // ElastiCache lowers the id; the program would see a change for ever.
    /^[a-z](-?[a-z0-9]+){0,39}$/.test(name) && name.length <= 40,
    name,
    "ElastiCache accepts no such id",
    "Use up to 40 lower-case letters, digits and single hyphens, a letter first.",
  );
  demand(
    /^[67]\.\d+$/.test(args.engineVersion),
    `${name}.engineVersion`,
    `"${args.engineVersion}" is no version that ElastiCache accepts`,
    "Write major and minor, for example 7.1.",
  );
  demand(
    Number.isInteger(args.nodeCount) && args.nodeCount >= 1 && args.nodeCount <= 6,
    `${name}.nodeCount`,
    `${args.nodeCount} nodes make no replication group`,
    "Use 1 to 6; from 2 on a failed leader is replaced.",
  );
  demand(
    /^cache\.[a-z0-9]+\.[a-z0-9]+$/.test(args.nodeType),
    `${name}.nodeType`,
    `"${args.nodeType}" is no node type`,
    "Write it like cache.t4g.micro.",
  );
  const days = args.snapshotRetentionDays ?? 0;
  demand(
    Number.isInteger(days) && days >= 0 && days <= 35,
    `${name}.snapshotRetentionDays`,
    `${days} is no retention`,
    "Use 0 to 35 whole days.",
  );
}

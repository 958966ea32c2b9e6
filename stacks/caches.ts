import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecrets } from "../components/generated-secrets.ts";
import { Redis } from "../components/redis.ts";
import { SecurityGroup } from "../components/security-group.ts";
import { tagsFor } from "../components/tags.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import type { SharedServices } from "./shared.ts";

type Product = "thorbis" | "helpdesk";

/** Redis for each product: a cache that may forget, and a queue that may not. */
export class Caches extends pulumi.ComponentResource {
  readonly cache: Redis;
  readonly queue: Redis;

  constructor(name: string, environment: Environment, shared: SharedServices, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:Caches", name, {}, opts);
    const child = { parent: this };
    const { dataProtection } = environment.continuity;
    const tokens = new GeneratedSecrets(`${name}-tokens`, { lengths: { cache: 64, queue: 64 }, dataProtection }, child)
      .values;
    const groupId = new SecurityGroup(
      `thorbis-${environment.name}-redis`,
      {
        vpcId: shared.network.vpcId,
        description: "Who may reach Redis",
        ingress: [{ key: "network", port: 6379, description: "Services", peer: { cidr: shared.network.cidrBlock } }],
        tags: tagsFor("Caches", ownershipOf(environment, "platform", "internal")),
      },
      child,
    ).groupId;
    const declare = (use: "cache" | "queue", product: Product, maxMemoryPolicy: "allkeys-lru" | "noeviction") =>
      new Redis(
        `${product}-${environment.name}-${use}`,
        {
          engineVersion: environment.redis.version,
          nodeType: environment.redis.nodeType,
          nodeCount: environment.redis.nodes,
          authToken: tokens[use] ?? "",
          subnetIds: [...shared.network.privateSubnetIds],
          securityGroupIds: [groupId],
          ownership: ownershipOf(environment, product, "confidential"),
          // A cache that is lost is filled again; a queue's jobs are data.
          dataProtection: use === "queue" ? dataProtection : "disposable",
          maxMemoryPolicy,
          snapshotRetentionDays: environment.redis.snapshotRetentionDays,
          snapshotWindow: environment.redis.snapshotWindow,
          maintenanceWindow: environment.redis.maintenanceWindow,
          ...(environment.monitoring.enabled ? { alarms: alarmScope(environment, product, shared.notifications) } : {}),
        },
        child,
      );
    this.cache = declare("cache", "thorbis", "allkeys-lru");
    this.queue = declare("queue", "helpdesk", "noeviction");
    this.registerOutputs({});
  }
}

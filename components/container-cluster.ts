import * as ecs from "@pulumi/aws/ecs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { statedArn } from "./stated-arn.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface ContainerClusterArgs {
  readonly accountId: string;
  readonly ownership: Ownership;
  /** Metrics per service and task; they cost about 0.30 dollars a metric. */
  readonly insights: "enabled" | "disabled";
  /** Encrypts the logs of everything that runs here: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
  readonly region: string;
}

/** An ECS cluster that runs on Fargate; its name is the component's. */
export class ContainerCluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Known at preview. */
  readonly clusterName: string;
  readonly logKeyArn: pulumi.Output<string>;

  constructor(name: string, args: ContainerClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:compute:ContainerCluster", name, {}, opts);
    const { accountId, insights, ownership, region } = args;
    const child = { parent: this };
    const cluster = new ecs.Cluster(
      name,
      {
        name,
        settings: [{ name: "containerInsights", value: insights }],
        tags: tagsFor("ContainerCluster", ownership),
        region,
      },
      child,
    );
    new ecs.ClusterCapacityProviders(
      `${name}-capacity`,
      { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"], region },
      child,
    );
    this.arn = statedArn(cluster, `arn:aws:ecs:${region}:${accountId}:cluster/${name}`);
    this.clusterName = name;
    this.logKeyArn = pulumi.output(args.logKeyArn);
    this.registerOutputs({ arn: this.arn });
  }
}

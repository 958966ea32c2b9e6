import * as ecs from "@pulumi/aws/ecs/index.js";
import * as pulumi from "@pulumi/pulumi";
import {
  type Container,
  containerDefinitions,
  validateContainer,
  validateTaskSize,
  volumeOf,
  writablePathsOf,
} from "./container.ts";
import { LogGroup } from "./log-group.ts";
import type { Tags } from "./tags.ts";
import { declareRights, type TaskPermissions, type TaskRights } from "./task-rights.ts";

/** A task's own roles and its own log. */
export interface OwnRights {
  readonly permissions: TaskPermissions;
  /** Keys of the secrets, which ECS decrypts before the start. Required as soon as the container has secrets. */
  readonly secretKeyArns?: readonly pulumi.Input<string>[];
  readonly logRetentionDays: number;
  /** Encrypts the log: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
}

/** Roles and a log that tasks of the same duty share; the log's streams still carry the task's name. */
export interface SharedRights extends TaskRights {
  readonly logGroupName: pulumi.Input<string>;
}

export interface FargateTaskArgs {
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
  readonly container: Container;
  /** CPU units: 256, 512, 1024, 2048 or 4096. */
  readonly cpu: number;
  readonly memoryMib: number;
  readonly rights: OwnRights | SharedRights;
  /** @default "ARM64": a fifth cheaper for the same work */
  readonly architecture?: "ARM64" | "X86_64";
}

/** What runs, with which size, rights and log; the family is the component's name. */
export class FargateTask extends pulumi.ComponentResource {
  readonly definitionArn: pulumi.Output<string>;
  readonly family: string;

  constructor(name: string, args: FargateTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    validateContainer(`${name}.container`, args.container);
    validateTaskSize(name, args.cpu, args.memoryMib);
    super("thorbis:compute:FargateTask", name, {}, opts);
    const { container, region, rights, tags } = args;
    const { execution, logGroupName, taskRoleArn } =
      "execution" in rights ? rights : declareOwn(name, args, rights, { parent: this });
    const definition = new ecs.TaskDefinition(
      name,
      {
        family: name,
        cpu: String(args.cpu),
        memory: String(args.memoryMib),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: args.architecture ?? "ARM64", operatingSystemFamily: "LINUX" },
        executionRoleArn: execution.arn,
        taskRoleArn,
        volumes: writablePathsOf(container).map((path) => ({ name: volumeOf(path) })),
        containerDefinitions: containerDefinitions(name, container, { logGroupName, region }),
        // A rollback needs the definition that it goes back to.
        skipDestroy: true,
        tags,
        region,
      },
      // A task that starts before its role may pull the image fails.
      { parent: this, dependsOn: execution },
    );
    this.definitionArn = definition.arn;
    this.family = name;
    this.registerOutputs({ definitionArn: this.definitionArn, family: this.family });
  }
}

function declareOwn(
  name: string,
  { accountId, container, region, tags }: FargateTaskArgs,
  { logKeyArn, logRetentionDays, permissions, secretKeyArns = [] }: OwnRights,
  opts: pulumi.ComponentResourceOptions,
): SharedRights {
  const logGroupName = `/thorbis/${name}`;
  const log = new LogGroup(
    `${name}-log`,
    { logGroupName, retentionDays: logRetentionDays, keyArn: logKeyArn, tags, region },
    opts,
  );
  const secretArns = Object.values(container.secrets ?? {});
  const { repositoryUrl } = container;
  const rights = declareRights(
    name,
    { accountId, region, tags, repositoryUrl, secretArns, secretKeyArns, permissions, logGroupName },
    opts,
  );
  return { ...rights, logGroupName: log.logGroupName };
}

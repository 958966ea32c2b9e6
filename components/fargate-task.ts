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
import type { Statement } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface FargateTaskArgs {
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
  readonly container: Container;
  /** CPU units: 256, 512, 1024, 2048 or 4096. */
  readonly cpu: number;
  readonly memoryMib: number;
  /** What the code inside may do: a role that exists already, or statements for one of its own. */
  readonly permissions: { readonly roleArn: pulumi.Input<string> } | { readonly statements: readonly Statement[] };
  /** Keys of the secrets, which ECS decrypts before the start. Required as soon as the container has secrets. */
  readonly secretKeyArns?: readonly pulumi.Input<string>[];
  readonly logRetentionDays: number;
  /** Encrypts the log: an EncryptionKey with the service `logs.<region>.amazonaws.com`. */
  readonly logKeyArn: pulumi.Input<string>;
  /** @default "ARM64": a fifth cheaper for the same work */
  readonly architecture?: "ARM64" | "X86_64";
}

/** The role that starts a task and reads its secrets; its ARN is known before the task exists. */
export const executionRoleArn = (accountId: string, taskName: string): string =>
  `arn:aws:iam::${accountId}:role/${taskName}-execution`;

/** What runs, with which size, rights and log; the family is the component's name. */
export class FargateTask extends pulumi.ComponentResource {
  readonly definitionArn: pulumi.Output<string>;
  readonly family: string;

  constructor(name: string, args: FargateTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    validateContainer(`${name}.container`, args.container);
    validateTaskSize(name, args.cpu, args.memoryMib);
    super("thorbis:compute:FargateTask", name, {}, opts);
    const { accountId, container, permissions, region, tags } = args;
    const child = { parent: this };
    const trust = { service: "ecs-tasks.amazonaws.com", accountId };
    const logGroupName = `/thorbis/${name}`;
    const log = new LogGroup(
      `${name}-log`,
      { logGroupName, retentionDays: args.logRetentionDays, keyArn: args.logKeyArn, tags, region },
      child,
    );
    const execution = new ServiceRole(
      `${name}-execution`,
      {
        description: `ECS starts ${name}`,
        tags,
        trust,
        statements: starting(args, `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`),
      },
      child,
    );
    const taskRoleArn =
      "roleArn" in permissions
        ? permissions.roleArn
        : new ServiceRole(
            `${name}-task`,
            { description: `The code of ${name}`, tags, trust, statements: permissions.statements },
            child,
          ).arn;
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
        containerDefinitions: containerDefinitions(name, container, { logGroupName: log.logGroupName, region }),
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

function starting({ container, secretKeyArns = [] }: FargateTaskArgs, logArn: string): readonly Statement[] {
  const secretArns = Object.values(container.secrets ?? {});
  const always: readonly Statement[] = [
    { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PullImage",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: pulumi.output(container.repositoryUrl).apply(repositoryArn),
    },
    { Sid: "Write", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: logArn },
  ];
  const secret: readonly Statement[] = [
    { Sid: "ReadSecrets", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArns },
    { Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: secretKeyArns },
  ];
  return secretArns.length > 0 ? [...always, ...secret] : always;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>` as an ARN; other registries need no permission of ours. */
function repositoryArn(url: string): string {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/(.+)$/.exec(url) ?? [];
  return `arn:aws:ecr:${region ?? "*"}:${account ?? "*"}:repository/${repository ?? "*"}`;
}

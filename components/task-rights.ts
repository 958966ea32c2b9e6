import * as pulumi from "@pulumi/pulumi";
import type { Container } from "./container.ts";
import type { Statement } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

/** What the code of a task may do: a role that exists already, or statements for one of its own. */
export type TaskPermissions =
  | { readonly roleArn: pulumi.Input<string> }
  | { readonly statements: readonly Statement[] };

export interface TaskRightsArgs {
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
  readonly repositoryUrl: Container["repositoryUrl"];
  /** Secrets Manager entries that ECS reads when it starts a task; nothing else is readable. @default none */
  readonly secretArns?: readonly pulumi.Input<string>[];
  /** Their keys. Required as soon as there are secrets. @default none */
  readonly secretKeyArns?: readonly pulumi.Input<string>[];
  readonly permissions: TaskPermissions;
  readonly logGroupName: string;
}

/** The two roles of a task: ECS starts it with one, its code works with the other. */
export interface TaskRights {
  /** To wait for: a task that starts before its role may pull the image fails. */
  readonly execution: ServiceRole;
  readonly taskRoleArn: pulumi.Input<string>;
}

/** The role that starts a task and reads its secrets; its ARN is known before the task exists. */
export const executionRoleArn = (accountId: string, rightsName: string): string =>
  `arn:aws:iam::${accountId}:role/${rightsName}-execution`;

/** Declares `<name>-execution` and, unless there is a role already, `<name>-task`. */
export function declareRights(name: string, args: TaskRightsArgs, opts: pulumi.ComponentResourceOptions): TaskRights {
  const { accountId, permissions, tags } = args;
  const trust = { service: "ecs-tasks.amazonaws.com", accountId };
  const execution = new ServiceRole(
    `${name}-execution`,
    { description: `ECS starts ${name}`, tags, trust, statements: starting(args) },
    opts,
  );
  if ("roleArn" in permissions) return { execution, taskRoleArn: permissions.roleArn };
  const task = new ServiceRole(
    `${name}-task`,
    { description: `The code of ${name}`, tags, trust, statements: permissions.statements },
    opts,
  );
  return { execution, taskRoleArn: task.arn };
}

function starting(args: TaskRightsArgs): readonly Statement[] {
  const { accountId, logGroupName, region, repositoryUrl, secretKeyArns = [] } = args;
  const secretArns = entriesOf(args.secretArns ?? []);
  const always: readonly Statement[] = [
    { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PullImage",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: pulumi.output(repositoryUrl).apply(repositoryArn),
    },
    {
      Sid: "Write",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`,
    },
  ];
  const secret: readonly Statement[] = [
    { Sid: "ReadSecrets", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArns },
    { Sid: "DecryptSecrets", Effect: "Allow", Action: "kms:Decrypt", Resource: [...secretKeyArns] },
  ];
  return args.secretArns?.length ? [...always, ...secret] : always;
}

/** The entries' ARNs, each once: a task may name a key of an entry behind its seven parts. */
function entriesOf(references: readonly pulumi.Input<string>[]): pulumi.Output<string[]> {
  return pulumi
    .all([...references])
    .apply((arns) => [...new Set(arns.map((arn) => arn.split(":").slice(0, 7).join(":")))]);
}

/** `<account>.dkr.ecr.<region>.amazonaws.com/<name>` as an ARN; other registries need no permission of ours. */
function repositoryArn(url: string): string {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/(.+)$/.exec(url) ?? [];
  return `arn:aws:ecr:${region ?? "*"}:${account ?? "*"}:repository/${repository ?? "*"}`;
}

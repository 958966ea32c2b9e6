import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";

/** One container of a Fargate task. */
export interface Container {
  /** The repository, without a tag. */
  readonly repositoryUrl: pulumi.Input<string>;
  /** A digest (`sha256:…`), or a tag that never moves. `latest` is refused: nobody could say what ran. */
  readonly imageTag: string;
  /** @default the image's own command */
  readonly command?: readonly string[];
  /** Plain variables; ECS accepts strings only. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables whose value ECS reads from Secrets Manager when it starts the task: ARNs by name. @default none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The port that it listens on. @default none */
  readonly port?: number;
  /** A command that fails when the process inside is sick. @default none */
  readonly healthCommand?: readonly string[];
  /** Directories that may be written although the root file system is read-only. @default ["/tmp"] */
  readonly writablePaths?: readonly string[];
}

/** Memory that Fargate offers for a number of CPU units (1024 are one CPU), in MiB: from, to and step. */
const sizes: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
};

export function validateContainer(path: string, container: Container): void {
  demand(
    /^(?:sha256:[0-9a-f]{64}|(?!latest$)[\w][\w.-]{0,127})$/.test(container.imageTag),
    `${path}.imageTag`,
    `"${container.imageTag}" does not say which image runs`,
    "Name a tag that never moves, for example the commit.",
  );
  const twice = Object.keys(container.secrets ?? {}).filter((key) => key in (container.environment ?? {}));
  demand(
    twice.length === 0,
    `${path}.environment`,
    `${twice.join(", ")} is a secret as well`,
    "Keep the secret, drop the plain variable.",
  );
}

export function validateTaskSize(path: string, cpu: number, memoryMib: number): void {
  const size = sizes[cpu];
  demand(
    size !== undefined,
    `${path}.cpu`,
    `Fargate offers no ${cpu} CPU units`,
    `Use ${Object.keys(sizes).join(", ")}.`,
  );
  const [from, to, step] = size;
  demand(
    // Fargate makes one exception: 1536 MiB are missing between 1 and 2 GiB at 256 units.
    memoryMib >= from && memoryMib <= to && memoryMib % step === 0 && !(cpu === 256 && memoryMib === 1536),
    `${path}.memoryMib`,
    `Fargate offers no ${memoryMib} MiB with ${cpu} CPU units`,
    `Use ${from} to ${to} MiB in steps of ${step}.`,
  );
}

export const writablePathsOf = ({ writablePaths = ["/tmp"] }: Container): readonly string[] => writablePaths;

/** A volume's name for a path: Fargate accepts letters, digits, hyphens and underscores. */
export const volumeOf = (path: string): string => path.slice(1).replaceAll(/[^A-Za-z0-9-]/g, "_");

/** The task definition's JSON: sorted, so that the order in the program changes nothing. */
export function containerDefinitions(
  name: string,
  container: Container,
  log: { readonly logGroupName: pulumi.Input<string>; readonly region: string },
): pulumi.Output<string> {
  const { command, environment = {}, healthCommand, port, secrets = {} } = container;
  return pulumi.jsonStringify([
    {
      name,
      image: pulumi.interpolate`${container.repositoryUrl}${container.imageTag.startsWith("sha256:") ? "@" : ":"}${container.imageTag}`,
      essential: true,
      ...(command === undefined ? {} : { command }),
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      stopTimeout: 60,
      portMappings: port === undefined ? [] : [{ containerPort: port, protocol: "tcp" }],
      environment: sorted(environment).map(([key, value]) => ({ name: key, value })),
      secrets: sorted(secrets).map(([key, valueFrom]) => ({ name: key, valueFrom })),
      mountPoints: writablePathsOf(container).map((containerPath) => ({
        sourceVolume: volumeOf(containerPath),
        containerPath,
        readOnly: false,
      })),
      ...(healthCommand === undefined
        ? {}
        : {
            healthCheck: { command: ["CMD", ...healthCommand], interval: 30, timeout: 5, retries: 3, startPeriod: 60 },
          }),
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": log.logGroupName,
          "awslogs-region": log.region,
          "awslogs-stream-prefix": name,
          // A full log buffer must not stop the application.
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
    },
  ]);
}

function sorted(values: Readonly<Record<string, pulumi.Input<string>>>) {
  return Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

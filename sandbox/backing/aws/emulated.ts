/** What every emulated AWS type shares: its clients, and what else is declared. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { isMap, type PropertyMap, type PropertyValue } from "../../../engine/values.ts";
import type { BackedResource, BackedUpdate } from "../../backing.ts";
import { emulatorClientOptions } from "../../services/aws/emulator.ts";
import type { AwsIdentity } from "../../services/aws/service.ts";
import type { WorldRecord } from "../../world.ts";

export interface AwsClients {
  s3: S3Client;
  secrets: SecretsManagerClient;
  topics: SNSClient;
  queues: SQSClient;
  keys: KMSClient;
  alarms: CloudWatchClient;
  logs: CloudWatchLogsClient;
}

export interface AwsSurroundings {
  /** The clients of the resource's region. */
  clients: AwsClients;
  region: string;
  /** Everything that is declared. */
  records(): readonly WorldRecord[];
  /** Where a subscriber's messages go on this machine. */
  sinkUrl(kind: string, address: string): string;
}

export interface EmulatedType {
  create(surroundings: AwsSurroundings, resource: BackedResource): Promise<PropertyMap>;
  update(surroundings: AwsSurroundings, resource: BackedUpdate): Promise<PropertyMap>;
  read(surroundings: AwsSurroundings, resource: BackedResource): Promise<PropertyMap | undefined>;
  delete(surroundings: AwsSurroundings, resource: BackedResource): Promise<void>;
}

export function openClients(port: number, identity: AwsIdentity): AwsClients & { destroy(): void } {
  const options = emulatorClientOptions(port, identity);
  const clients = {
    s3: new S3Client(options),
    secrets: new SecretsManagerClient(options),
    topics: new SNSClient(options),
    queues: new SQSClient(options),
    keys: new KMSClient(options),
    alarms: new CloudWatchClient(options),
    logs: new CloudWatchLogsClient(options),
  };
  return {
    ...clients,
    destroy() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** Most settings are written whole, whether they were there or not, and need no look at what they were. */
export function setting(options: {
  apply(surroundings: AwsSurroundings, resource: BackedResource): Promise<unknown>;
  /** What is declared and differs; `undefined`: it is gone. @default nothing differs */
  read?(surroundings: AwsSurroundings, resource: BackedResource): Promise<PropertyMap | undefined>;
  remove?(surroundings: AwsSurroundings, resource: BackedResource): Promise<unknown>;
}): EmulatedType {
  const apply = async (surroundings: AwsSurroundings, resource: BackedResource) => {
    await options.apply(surroundings, resource);
    return {};
  };
  return {
    create: apply,
    update: apply,
    read: options.read ?? (async () => ({})),
    async delete(surroundings, resource) {
      await ignoreMissing(async () => options.remove?.(surroundings, resource));
    },
  };
}

const MISSING =
  /^(?:NoSuch\w*|NotFound\w*|\w+NotFound(?:Error|Exception)|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|404)$/;

export function isMissing(error: unknown): boolean {
  return error instanceof Error && MISSING.test(error.name);
}

/** Resolves to `undefined` where the thing is not there. */
export async function ignoreMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export const text = (value: PropertyValue | undefined): string => (typeof value === "string" ? value : "");
export const optional = (value: PropertyValue | undefined): string | undefined => text(value) || undefined;
export const count = (value: PropertyValue | undefined): number | undefined =>
  value === undefined || value === null || value === "" ? undefined : Number(value);
export const mapsOf = (value: PropertyValue | undefined): PropertyMap[] =>
  Array.isArray(value) ? value.filter(isMap) : isMap(value) ? [value] : [];
export const textsOf = (value: PropertyValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];

/** Without what is not given. */
export function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

export const tagsOf = (inputs: PropertyMap): Record<string, string> =>
  isMap(inputs.tags)
    ? Object.fromEntries(
        Object.entries(inputs.tags)
          .filter(([key]) => !key.startsWith("__"))
          .map(([key, value]) => [key, String(value)]),
      )
    : {};

/** Equal as JSON, whatever the order of the keys. */
export function sameDocument(first: string, second: string): boolean {
  return first === second || sorted(first) === sorted(second);
}

function sorted(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), (_, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    );
  } catch {
    // No JSON: equal only as it stands.
    return document;
  }
}

/** How S3's calls name the bucket that a resource belongs to. */
export const bucketOf = ({ bucket }: PropertyMap) => ({ Bucket: text(bucket) });

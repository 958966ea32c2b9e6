import { appendFile, mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import { messageOf, OperationFailure } from "../failure.ts";
import type { OperationSettings } from "../settings.ts";
import { METRICS, type Measurements, type MetricKey, NAMESPACE } from "./metrics.ts";
import type { AuditRecord, AuditTrail } from "./record.ts";

/** A trail to every place that the settings name: a file, a log group, CloudWatch's metrics. */
export function openTrail(settings: OperationSettings, databaseName: string): AuditTrail {
  const { file, logGroup, metrics } = settings.audit;
  const aws = clientOptions(settings.aws);
  const dimensions = [
    { Name: "Database", Value: databaseName },
    { Name: "Environment", Value: settings.environment },
  ];
  return {
    async write(record) {
      if (file !== undefined) await explain(`the audit file ${file}`, () => append(file, record));
      if (logGroup !== undefined) await explain(`the log group ${logGroup}`, () => sendRecord(aws, logGroup, record));
    },
    async publish(measurements) {
      const data = metricData(measurements, dimensions);
      if (!metrics || data.length === 0) return;
      const client = new CloudWatchClient(aws);
      try {
        await explain("CloudWatch", () =>
          client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: data })),
        );
      } finally {
        client.destroy();
      }
    },
  };
}

function metricData(measurements: Measurements, Dimensions: { Name: string; Value: string }[]) {
  return Object.entries(measurements).map(([key, Value]) => {
    const { name, unit } = METRICS[key as MetricKey];
    return { MetricName: name, Unit: unit, Value, Dimensions };
  });
}

async function append(file: string, record: AuditRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // A container's record goes to /dev/stdout, from where its log group keeps it: a pipe cannot be flushed to a disk.
  await appendFile(file, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: !file.startsWith("/dev/") });
}

/** One stream a machine and day; a stream that exists already is the ordinary case. */
async function sendRecord(aws: object, logGroupName: string, record: AuditRecord): Promise<void> {
  const client = new CloudWatchLogsClient(aws);
  const logStreamName = `operations/${hostname()}/${record.at.slice(0, 10)}`;
  try {
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch((error: unknown) => {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    });
    const logEvents = [{ timestamp: Date.parse(record.at), message: JSON.stringify(record) }];
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  } finally {
    client.destroy();
  }
}

export function clientOptions({ region, endpoint, accessKeyId, secretAccessKey }: OperationSettings["aws"]) {
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  };
}

async function explain<T>(where: string, write: () => Promise<T>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new OperationFailure(`${where} does not take the record of this operation: ${messageOf(error)}`, {
      remedy:
        "An operation without a record is not a success. Check audit.* in the settings and the rights of this role.",
      cause: error,
    });
  }
}

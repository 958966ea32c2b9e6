import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { parseSettings } from "../settings.ts";
import type { Measurements } from "./metrics.ts";
import { type AuditRecord, audited } from "./record.ts";
import { openTrail } from "./trail.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

const about = { environment: "test", action: "backup create" };

function memoryTrail() {
  const records: AuditRecord[] = [];
  const published: Measurements[] = [];
  const write = async (record: AuditRecord): Promise<void> => void records.push(record);
  const publish = async (measurements: Measurements): Promise<void> => void published.push(measurements);
  return { records, published, write, publish };
}

it("records beginning and end with the same id, and publishes what was measured", async () => {
  const trail = memoryTrail();
  const work = async () => ({ result: 7, detail: { set: "a" }, measurements: { completedBackups: 1 } });
  expect(await audited(trail, about, work)).toBe(7);
  expect(trail.records.map(({ result, detail }) => [result, detail])).toEqual([
    ["started", {}],
    ["succeeded", { set: "a" }],
  ]);
  expect(new Set(trail.records.map(({ id }) => id)).size).toBe(1);
  expect(trail.published).toEqual([{ failedOperations: 0, completedBackups: 1 }]);
});

it("records a failure and counts it, and the failure stays the failure", async () => {
  const trail = memoryTrail();
  const failing = async (): Promise<never> => {
    throw new Error("disk full");
  };
  await expect(audited(trail, about, failing)).rejects.toThrow("disk full");
  expect(trail.records.at(-1)).toMatchObject({ result: "failed", detail: { reason: "disk full" } });
  expect(trail.published).toEqual([{ failedOperations: 1 }]);
});

it("does not begin what it cannot record", async () => {
  let begun = false;
  const closed = {
    ...memoryTrail(),
    write: async (): Promise<void> => {
      throw new Error("the log group is gone");
    },
  };
  const work = async () => {
    begun = true;
    return { result: 1 };
  };
  await expect(audited(closed, about, work)).rejects.toThrow("the log group is gone");
  expect(begun).toBe(false);
});

describeWithAws("the trail", () => {
  const aws = useAws();

  it("reaches the file, the log group and the metrics", async () => {
    const directory = await mkdtemp(join(tmpdir(), "thorbis-audit-"));
    try {
      const { endpoint, region, credentials } = aws().client;
      const file = join(directory, "audit", "log.jsonl");
      const settings = parseSettings({
        environment: "test",
        audit: { file, logGroup: "/thorbis/operations", metrics: true },
        aws: { endpoint, region, ...credentials },
      });
      const logs = new CloudWatchLogsClient(aws().client);
      await logs.send(new CreateLogGroupCommand({ logGroupName: "/thorbis/operations" }));
      const trail = openTrail(settings, "thorbis-database");
      await audited(trail, about, async () => ({ result: undefined, measurements: { completedBackups: 1 } }));
      expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(2);
      const events = await logs.send(new FilterLogEventsCommand({ logGroupName: "/thorbis/operations" }));
      expect(events.events?.map(({ message }) => JSON.parse(message ?? "{}").result)).toEqual(["started", "succeeded"]);
      const { Metrics } = await new CloudWatchClient(aws().client).send(
        new ListMetricsCommand({ Namespace: "Thorbis/Database" }),
      );
      expect(Metrics?.map(({ MetricName }) => MetricName).sort()).toEqual(["CompletedBackups", "FailedOperations"]);
      expect(Metrics?.[0]?.Dimensions).toEqual([
        { Name: "Database", Value: "thorbis-database" },
        { Name: "Environment", Value: "test" },
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

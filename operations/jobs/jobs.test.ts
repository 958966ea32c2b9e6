import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { maintenanceCalendar } from "../../stacks/maintenance.ts";
import type { Measurements } from "../audit/metrics.ts";
import type { AuditRecord } from "../audit/record.ts";
import { parseSettings } from "../settings.ts";
import { CheckFailed } from "../verification/check.ts";
import { jobs } from "./calendar.ts";
import type { Job } from "./job.ts";
import { rotateFiles } from "./log-files.ts";
import { type JobOptions, runJob } from "./run.ts";

const settings = parseSettings({ environment: "test" });
const records: AuditRecord[] = [];
const published: [string, Measurements][] = [];

const options = (time = "2026-11-15T03:00:00Z"): JobOptions => ({
  settings,
  now: () => new Date(time),
  trailOf: (database) => ({
    write: async (record) => void records.push(record),
    publish: async (measurements) => void published.push([database, measurements]),
  }),
});

const jobOf = (run: () => Promise<string>, window?: Job["window"]): Job => ({
  name: "trial",
  summary: "a trial",
  ...(window !== undefined && { window }),
  checks: ({ measure }) => [
    {
      name: "first",
      remedy: "mend it",
      run: () => {
        measure("helpdesk-database", { connections: 3 });
        return run();
      },
    },
    { name: "second", remedy: "none", run: () => Promise.resolve("well") },
  ],
});

beforeEach(() => {
  records.length = 0;
  published.length = 0;
});

test("every job of the calendar can be run, and no other", () => {
  expect(jobs.map(({ name }) => name).sort()).toEqual(Object.keys(maintenanceCalendar).sort());
});

test("records, measures and returns what was done", async () => {
  const results = await runJob(
    jobOf(() => Promise.resolve("done")),
    options(),
  );
  expect(results.map(({ name, status, detail }) => `${name} ${status} ${detail}`)).toEqual([
    "first passed done",
    "second passed well",
  ]);
  expect(records.map(({ action, result }) => `${action} ${result}`)).toEqual([
    "job trial started",
    "job trial succeeded",
  ]);
  expect(published).toEqual([
    ["helpdesk-database", { connections: 3 }],
    ["thorbis-database", { failedOperations: 0 }],
  ]);
});

test.each([
  ["found a fault", () => Promise.reject(new CheckFailed("a fault")), "failed"],
  ["could not look", () => Promise.reject(new Error("no way in")), "unknown"],
] as const)("a job that %s is red, does the rest, and still publishes what it measured", async (_, run, status) => {
  const failure = runJob(jobOf(run), options());
  await expect(failure).rejects.toMatchObject({
    exitCode: 1,
    remedy: "mend it",
    results: [
      { name: "first", status },
      { name: "second", status: "passed" },
    ],
  });
  expect(records.at(-1)).toMatchObject({
    result: "failed",
    detail: { reason: expect.stringContaining("trial: first: ") },
  });
  expect(published).toEqual([
    ["helpdesk-database", { connections: 3 }],
    ["thorbis-database", { failedOperations: 1 }],
  ]);
});

test("refuses to work outside its window unless it is told to", async () => {
  const job = jobOf(() => Promise.resolve("done"), { fromHour: 2, untilHour: 6 });
  await expect(runJob(job, options("2026-11-15T06:00:00Z"))).rejects.toMatchObject({
    message: "trial works from 02:00 to 06:00 UTC only",
    exitCode: 3,
  });
  expect(await runJob(job, { ...options("2026-11-15T06:00:00Z"), anyTime: true })).toHaveLength(2);
});

test("a job that nothing was declared for is red", async () => {
  const rotation = jobs.find(({ name }) => name === "daily-log-rotation");
  if (rotation === undefined) throw new Error("no such job");
  await expect(runJob(rotation, options())).rejects.toMatchObject({
    message: "daily-log-rotation has nothing to work on",
    exitCode: 2,
  });
});

test("without declared hosts the certificate check is red, not green", async () => {
  const job = jobs.find(({ name }) => name === "monthly-certificate-check");
  if (job === undefined) throw new Error("no such job");
  await expect(runJob(job, options())).rejects.toMatchObject({
    message: expect.stringContaining("no host is declared, so none was checked"),
  });
});

describe("log files", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "thorbis-logs-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test("packs what was written, empties the file, forgets what is too old and touches nothing else", async () => {
    await writeFile(join(directory, "web.log"), "a line\n");
    await writeFile(join(directory, "idle.log"), "");
    await writeFile(join(directory, "web.log.20261015T020000Z.gz"), "old");
    await writeFile(join(directory, "web.log.20261017T020000Z.gz"), "young");
    await writeFile(join(directory, "data"), "not a log");
    const rotation = rotateFiles(directory, 30, () => new Date("2026-11-15T02:00:01.5Z"));
    expect(await rotation.run()).toBe("1 packed, 1 older than 30 days removed");
    expect((await readdir(directory)).sort()).toEqual([
      "data",
      "idle.log",
      "web.log",
      "web.log.20261017T020000Z.gz",
      "web.log.20261115T020001Z.gz",
    ]);
    expect(await readFile(join(directory, "web.log"), "utf8")).toBe("");
    expect(gunzipSync(await readFile(join(directory, "web.log.20261115T020001Z.gz"))).toString()).toBe("a line\n");
  });

  test("a directory that nobody made yet holds nothing to rotate", async () => {
    const rotation = rotateFiles(join(directory, "absent"), 30, () => new Date());
    expect(await rotation.run()).toBe("0 packed, 0 older than 30 days removed");
  });
});

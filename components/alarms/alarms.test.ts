import { alarmScope } from "../../testing/alarm-scope.ts";
import { record } from "../../testing/mocks.ts";
import type { AlarmScope } from "./alarm.ts";
import { backupMissing } from "./backup-missing.ts";
import { backupUnverified } from "./backup-unverified.ts";
import { certificateExpiring } from "./certificate-expiring.ts";
import { databaseConnectionErrors } from "./database-connection-errors.ts";
import { deadLetters } from "./dead-letters.ts";
import { deepQueue } from "./deep-queue.ts";
import { drillMissed } from "./drill-missed.ts";
import { failedJobs } from "./failed-jobs.ts";
import { failedOperations } from "./failed-operations.ts";
import { healthCheckDown } from "./health-check-down.ts";
import { highConnectionUse } from "./high-connection-use.ts";
import { highMemory } from "./high-memory.ts";
import { highRedisMemory } from "./high-redis-memory.ts";
import { jobFailed } from "./job-failed.ts";
import { jobMissing } from "./job-missing.ts";
import { lowCacheHits } from "./low-cache-hits.ts";
import { recoveryObjectiveMissed } from "./recovery-objective-missed.ts";
import { redisEvictions } from "./redis-evictions.ts";
import { slowQueries } from "./slow-queries.ts";
import { slowResponse } from "./slow-response.ts";

const metric = { namespace: "Thorbis", metricName: "Watched", dimensions: { Of: "subject" } };
const subject = "subject";
const critical = "arn:aws:sns:us-east-1:111111111111:critical";
const warning = "arn:aws:sns:us-east-1:111111111111:warning";
const info = "arn:aws:sns:us-east-1:111111111111:info";

type Declare = (scope: AlarmScope) => unknown;
/** problem, declaration, comparison, threshold, statistic, period × periods in seconds, missing data, topic */
const promises: [string, Declare, ">" | "<", number, string, number, number, string, string][] = [
  [
    "slow-response",
    (s) => slowResponse(s, { subject, responseTime: metric }),
    ">",
    2,
    "Average",
    60,
    10,
    "notBreaching",
    info,
  ],
  [
    "high-memory",
    (s) => highMemory(s, { subject, memoryUsePercent: metric }),
    ">",
    80,
    "Average",
    300,
    3,
    "missing",
    warning,
  ],
  [
    "database-connection-errors",
    (s) => databaseConnectionErrors(s, { subject, connectionErrors: metric }),
    ...([">" as const, 10, "Sum", 300, 1, "notBreaching", critical] as const),
  ],
  [
    "high-connection-use",
    (s) => highConnectionUse(s, { subject, connections: metric, connectionLimit: 50 }),
    ...([">" as const, 40, "Maximum", 300, 3, "missing", warning] as const),
  ],
  [
    "slow-queries",
    (s) => slowQueries(s, { subject, slowQueries: metric }),
    ">",
    0,
    "Maximum",
    300,
    3,
    "notBreaching",
    info,
  ],
  [
    "low-cache-hits",
    (s) => lowCacheHits(s, { subject, cacheHitPercent: metric }),
    "<",
    90,
    "Average",
    300,
    6,
    "missing",
    info,
  ],
  [
    "deep-queue",
    (s) => deepQueue(s, { subject, waitingJobs: metric, maxWaitingJobs: 100 }),
    ...([">" as const, 100, "Minimum", 60, 10, "breaching", warning] as const),
  ],
  [
    "failed-jobs",
    (s) => failedJobs(s, { subject, failedJobs: metric }),
    ">",
    10,
    "Sum",
    900,
    1,
    "notBreaching",
    warning,
  ],
  [
    "dead-letters",
    (s) => deadLetters(s, { subject, deadLetters: metric }),
    ">",
    0,
    "Maximum",
    300,
    1,
    "notBreaching",
    warning,
  ],
  [
    "certificate-expiring",
    (s) => certificateExpiring(s, { subject, daysToExpiry: metric }),
    ...(["<" as const, 30, "Minimum", 86_400, 1, "ignore", warning] as const),
  ],
  [
    "backup-missing",
    (s) => backupMissing(s, { subject, completedBackups: metric }),
    "<",
    1,
    "Sum",
    3600,
    26,
    "breaching",
    critical,
  ],
  [
    "backup-unverified",
    (s) => backupUnverified(s, { subject, verifiedBackups: metric }),
    "<",
    1,
    "Sum",
    3600,
    26,
    "breaching",
    critical,
  ],
  [
    "recovery-objective-missed",
    (s) => recoveryObjectiveMissed(s, { subject, recoveryObjectiveBreaches: metric }),
    ...([">" as const, 0, "Sum", 3600, 1, "ignore", warning] as const),
  ],
  [
    "drill-missed",
    (s) => drillMissed(s, { subject, daysSinceDrill: metric }),
    ">",
    35,
    "Maximum",
    3600,
    1,
    "ignore",
    warning,
  ],
  [
    "failed-operations",
    (s) => failedOperations(s, { subject, failedOperations: metric }),
    ...([">" as const, 0, "Sum", 300, 1, "notBreaching", info] as const),
  ],
  ["job-failed", (s) => jobFailed(s, { subject, failures: metric }), ">", 0, "Sum", 300, 1, "notBreaching", warning],
  [
    "job-missing",
    (s) => jobMissing(s, { subject, successes: metric, maxSilenceHours: 26 }),
    ...(["<" as const, 1, "Sum", 3600, 26, "breaching", warning] as const),
  ],
  [
    "health-check-down",
    (s) => healthCheckDown(s, { subject, healthy: metric }),
    "<",
    1,
    "Minimum",
    60,
    3,
    "breaching",
    critical,
  ],
  [
    "high-redis-memory",
    (s) => highRedisMemory(s, { subject, memoryUsePercent: metric }),
    ">",
    80,
    "Maximum",
    300,
    3,
    "missing",
    critical,
  ],
  [
    "redis-evictions",
    (s) => redisEvictions(s, { subject, evictions: metric }),
    ">",
    0,
    "Sum",
    300,
    1,
    "notBreaching",
    critical,
  ],
];

test.each(promises)(
  "%s rings exactly as the guides say",
  async (problem, declare, comparison, threshold, statistic, period, periods, treatMissingData, topic) => {
    const recording = await record(() => {
      declare(alarmScope());
    });
    const { inputs } = recording.only("aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(inputs).toMatchObject({
      name: `thorbis-test/subject/${problem}`,
      comparisonOperator: comparison === ">" ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold,
      statistic,
      period,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData,
      alarmActions: [topic],
      okActions: [topic],
      metricName: "Watched",
    });
    expect(inputs.alarmDescription).toMatch(new RegExp(`subject.* Runbook: .*/runbooks/${problem}\\.md$`));
  },
);

test("connection errors are those of whoever tried and those that the server's log counts, together", async () => {
  const refusedConnections = { namespace: "Thorbis/ServerLog", metricName: "Refused", dimensions: {} };
  const recording = await record(() => {
    databaseConnectionErrors(alarmScope(), { subject, connectionErrors: metric, refusedConnections });
  });
  const { inputs } = recording.only("aws:cloudwatch/metricAlarm:MetricAlarm");
  const part = (metricName: string) => expect.objectContaining({ metricName, period: 300, stat: "Sum" });
  expect(inputs).toMatchObject({
    threshold: 10,
    metricQueries: [
      { expression: "SUM([FILL(errors, 0), FILL(refusals, 0)])", returnData: true },
      { id: "errors", metric: part("Watched") },
      { id: "refusals", metric: part("Refused") },
    ],
  });
});

test("a quiet environment's alarms show their state and tell nobody", async () => {
  const recording = await record(() => {
    const scope = alarmScope();
    highMemory({ ...scope, voice: "quiet" }, { subject, memoryUsePercent: metric });
    highMemory(scope, { subject: "told", memoryUsePercent: metric });
  });
  const alarms = recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  expect(alarms.map(({ inputs }) => inputs.actionsEnabled)).toEqual([false, true]);
});

test("a member of a group is silent by itself", async () => {
  const recording = await record(() => {
    highMemory({ ...alarmScope(), announce: "group" }, { subject, memoryUsePercent: metric });
  });
  const { inputs } = recording.only("aws:cloudwatch/metricAlarm:MetricAlarm");
  expect([inputs.alarmActions, inputs.okActions]).toEqual([[], []]);
});

test("refuses to look further back than CloudWatch does", async () => {
  const tooFar = record(() => {
    jobMissing(alarmScope(), { subject, successes: metric, maxSilenceHours: 169 });
  });
  await expect(tooFar).rejects.toMatchObject({
    message:
      "thorbis-test/subject/job-missing.periods: 169 data points of 3600 seconds are more than CloudWatch evaluates",
    exitCode: 2,
  });
});

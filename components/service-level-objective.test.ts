import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { type ServiceLevelIndicator, ServiceLevelObjective } from "./service-level-objective.ts";

const metric = (metricName: string) => ({ namespace: "Thorbis", metricName, dimensions: { App: "site" } });
const availability: ServiceLevelIndicator = {
  kind: "availability",
  errors: metric("Errors"),
  requests: metric("Requests"),
};
const latency: ServiceLevelIndicator = { kind: "latency", responseTime: metric("Time"), maxSeconds: 2 };

const declare = (indicator: ServiceLevelIndicator, objectivePercent: number) =>
  record(() => {
    new ServiceLevelObjective("site-slo", { subject: "site", indicator, objectivePercent, alarms: alarmSettings });
  });

test("rings when the budget burns too fast in a long and in a short window", async () => {
  const recording = await declare(availability, 99.9);
  const composites = recording.ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm");
  const topic = (severity: string) => [`arn:aws:sns:us-east-1:111111111111:${severity}`];
  const rule = (rate: string, long: string, short: string) =>
    `ALARM("thorbis-test/site/availability-burn-${rate}x-${long}") AND ALARM("thorbis-test/site/availability-burn-${rate}x-${short}")`;
  expect(composites.map(({ inputs }) => [inputs.alarmRule, inputs.alarmActions])).toEqual([
    [rule("14.4", "1h", "5m"), topic("critical")],
    [rule("1", "3d", "6h"), topic("warning")],
    [rule("6", "6h", "30m"), topic("critical")],
  ]);
});

test("derives every threshold from the objective", async () => {
  const alarms = (await declare(availability, 99.9)).ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  const thresholds = Object.fromEntries(
    alarms.map(({ inputs }) => [String(inputs.name).split("-burn-")[1], [inputs.threshold, inputs.evaluationPeriods]]),
  );
  expect(thresholds).toEqual({
    "14.4x-1h": [1.44, 1],
    "14.4x-5m": [1.44, 1],
    "6x-6h": [0.6, 1],
    "6x-30m": [0.6, 1],
    "1x-3d": [0.1, 3],
    "1x-6h": [0.1, 1],
  });
});

test("its windows say nothing by themselves", async () => {
  for (const { inputs } of (await declare(availability, 99.9)).ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
    expect(inputs.alarmActions).toEqual([]);
    expect(inputs.alarmDescription).toContain("/error-budget-burn.md");
  }
});

test("measures latency as the share of requests that were fast enough", async () => {
  const recording = await declare(latency, 99);
  const name = "thorbis-test/site/latency-burn-14.4x-1h";
  expect(recording.only("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs).toMatchObject({
    extendedStatistic: "PR(:2)",
    comparisonOperator: "LessThanThreshold",
    threshold: 85.6,
    period: 3600,
  });
});

test.each([100, 94, 101])("refuses an objective of %i %%", async (objectivePercent) => {
  await expect(declare(availability, objectivePercent)).rejects.toMatchObject({
    message: `site-slo.objectivePercent: ${objectivePercent} % is no objective that burn rates can watch`,
    exitCode: 2,
  });
});

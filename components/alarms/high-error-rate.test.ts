import { alarmScope } from "../../testing/alarm-scope.ts";
import { record } from "../../testing/mocks.ts";
import { highErrorRate } from "./high-error-rate.ts";

const metric = (metricName: string) => ({ namespace: "Thorbis", metricName, dimensions: { App: "site" } });
const declare = async (maxErrorRatePercent?: number) => {
  const recording = await record(() => {
    highErrorRate(alarmScope(), {
      subject: "site",
      errors: metric("Errors"),
      requests: metric("Requests"),
      ...(maxErrorRatePercent === undefined ? {} : { maxErrorRatePercent }),
    });
  });
  return recording.only("aws:cloudwatch/metricAlarm:MetricAlarm");
};

test("wakes somebody when more than 5 % of the requests fail for 5 minutes", async () => {
  const { inputs, parent } = await declare();
  expect(parent).toBe("owner");
  expect(inputs).toMatchObject({
    name: "thorbis-test/site/high-error-rate",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 5,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    treatMissingData: "notBreaching",
    alarmActions: ["arn:aws:sns:us-east-1:111111111111:critical"],
    okActions: ["arn:aws:sns:us-east-1:111111111111:critical"],
  });
  expect(inputs.metricQueries).toEqual([
    { id: "result", expression: "100 * errors / requests", label: "result", returnData: true },
    { id: "errors", metric: { ...metric("Errors"), period: 60, stat: "Sum" }, returnData: false },
    { id: "requests", metric: { ...metric("Requests"), period: 60, stat: "Sum" }, returnData: false },
  ]);
});

test("says what happened, how bad it is and where the runbook stands", async () => {
  expect((await declare(2)).inputs.alarmDescription).toBe(
    "More than 2 % of the requests to site have failed for 5 minutes. Severity: critical. " +
      "Runbook: https://github.com/thorbis/infrastructure/blob/main/docs/runbooks/high-error-rate.md",
  );
});

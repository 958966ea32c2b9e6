import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Budget, type BudgetArgs } from "./budget.ts";

const topicArn = "arn:aws:sns:us-east-1:111111111111:alerts-warning";
const args: BudgetArgs = { monthlyLimitUsd: 1200, startDate: "2026-01-01", ownership, topicArn };
const declare = (change: Partial<BudgetArgs> = {}) =>
  record(() => {
    new Budget("spend", { ...args, ...change });
  });

test("warns at 50, 80 and 100 % of the month's money, and when the forecast passes it", async () => {
  const { inputs } = (await declare()).only("aws:budgets/budget:Budget");
  expect(inputs).toMatchObject({
    limitAmount: "1200.00",
    limitUnit: "USD",
    timeUnit: "MONTHLY",
    timePeriodStart: "2026-01-01_00:00",
    costFilters: [{ name: "TagKeyValue", values: ["user:Environment$test"] }],
  });
  const notices = inputs.notifications as { notificationType: string; threshold: number }[];
  expect(notices.map(({ notificationType, threshold }) => [notificationType, threshold])).toEqual([
    ["ACTUAL", 50],
    ["ACTUAL", 80],
    ["ACTUAL", 100],
    ["FORECASTED", 100],
  ]);
  for (const notice of notices) expect(notice).toMatchObject({ subscriberSnsTopicArns: [topicArn] });
});

test("notices a day that costs a tenth of the month's money more than expected", async () => {
  const recording = await declare();
  expect(recording.only("aws:costexplorer/anomalySubscription:AnomalySubscription").inputs).toMatchObject({
    frequency: "IMMEDIATE",
    subscribers: [{ type: "SNS", address: topicArn }],
    thresholdExpression: { dimension: { values: ["120.00"] } },
  });
});

test.each([
  [{ monthlyLimitUsd: 0 }, "spend.monthlyLimitUsd: 0 dollars are no budget"],
  [{ monthlyLimitUsd: Number.NaN }, "spend.monthlyLimitUsd: NaN dollars are no budget"],
  [{ startDate: "2026-1-1" }, 'spend.startDate: "2026-1-1" is no first day of a month'],
  [{ anomalyUsd: -1 }, "spend.anomalyUsd: -1 dollars would ring every day"],
] satisfies [Partial<BudgetArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});

import { scheduleFault } from "./schedule.ts";

const now = new Date("2026-11-21T12:00:00Z");

test.each([
  "rate(1 hour)",
  "rate(5 minutes)",
  "cron(0 3 * * ? *)",
  "cron(0/15 8-18 ? * MON-FRI *)",
  "cron(0 0 L * ? *)",
  "cron(0 0 ? * 2#1 *)",
  "cron(0 0 29 2 ? *)",
  "at(2026-12-01T00:00:00)",
])("%s runs", (expression) => {
  expect(scheduleFault(expression, now)).toBeUndefined();
});

test.each([
  ["every hour", "is neither rate, cron nor at"],
  ["rate(0 hours)", "repeats never"],
  ["at(2026-01-01T00:00:00)", "lies in the past"],
  ["at(2026-13-01T00:00:00)", "names no date"],
  ["cron(0 3 * * *)", "has 5 fields, six are due"],
  ["cron(60 3 * * ? *)", "has no valid minutes"],
  ["cron(0 3 * * * *)", "needs ? in exactly one of day of month and day of week"],
  ["cron(0 3 ? * ? *)", "needs ? in exactly one of day of month and day of week"],
  ["cron(0 3 31 2,4 ? *)", "names a day that its months do not have"],
  ["cron(0 3 1 1 ? 2020)", "names years that have passed"],
] as const)("%s %s", (expression, fault) => {
  expect(scheduleFault(expression, now)).toBe(fault);
});

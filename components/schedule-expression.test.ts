import { validateSchedule } from "./schedule-expression.ts";

test.each([
  "cron(0 6 * * ? *)",
  "cron(0 3 ? * SUN *)",
  "cron(0 5 ? * MON-FRI *)",
  "cron(0 2 15 * ? *)",
  "cron(0 4 L * ? *)",
  "cron(0 9 1 1,4,7,10 ? *)",
  "cron(*/5 * * * ? *)",
  "rate(1 day)",
  "rate(90 days)",
])("accepts %s", (expression) => {
  expect(() => validateSchedule("job.schedule", expression)).not.toThrow();
});

test.each([
  "every hour",
  "0 6 * * *",
  "cron(0 6 * * *)",
  "cron(0 6 * * * *)",
  "cron(0 6 ? * ? *)",
  "cron(0 6 * * ? *) ",
  "rate(1 days)",
  "rate(2 day)",
  "rate(0 days)",
  "",
])("refuses %j, which the provider takes and the scheduler does not", (expression) => {
  expect(() => validateSchedule("job.schedule", expression)).toThrow(
    expect.objectContaining({ message: `job.schedule: "${expression}" is no schedule`, exitCode: 2 }),
  );
});

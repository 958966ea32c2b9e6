import { describeRule, resource } from "../testing.ts";
import { awsScheduleRuns } from "./aws-schedule-runs.ts";

const expression = (scheduleExpression: string) => ({ set: { scheduleExpression } });

describeRule(awsScheduleRuns, {
  compliant: resource("aws:scheduler/schedule:Schedule", "nightly", {
    scheduleExpression: "cron(0 3 * * ? *)",
    scheduleExpressionTimezone: "America/New_York",
    flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
  }),
  mutations: {
    "accepts a rate and a moment to come": {
      ...expression("at(2027-01-01T00:00:00)"),
      add: [resource("aws:cloudwatch/eventRule:EventRule", "often", { scheduleExpression: "rate(5 minutes)" })],
      says: [],
    },
    "accepts an event rule without schedule": {
      add: [resource("aws:cloudwatch/eventRule:EventRule", "events", {})],
      says: [],
    },
    "refuses words, which the provider accepts": {
      ...expression("every hour"),
      says: "scheduleExpression every hour is neither rate, cron nor at",
    },
    "refuses a schedule without expression": {
      set: { scheduleExpression: undefined },
      says: "has no scheduleExpression",
    },
    "refuses the past": {
      ...expression("at(2026-01-01T00:00:00)"),
      says: "scheduleExpression at(2026-01-01T00:00:00) lies in the past",
    },
    "refuses five fields": {
      ...expression("cron(0 3 * * *)"),
      says: "scheduleExpression cron(0 3 * * *) has 5 fields, six are due",
    },
    "refuses a zone that does not exist": {
      set: { scheduleExpressionTimezone: "America/Gotham" },
      says: "scheduleExpressionTimezone America/Gotham is no time zone",
    },
    "refuses a window without minutes": {
      set: { flexibleTimeWindow: { mode: "FLEXIBLE" } },
      says: "flexibleTimeWindow has no maximumWindowInMinutes",
    },
    "refuses an end that has passed": {
      set: { endDate: "2026-01-01T00:00:00Z" },
      says: "endDate 2026-01-01T00:00:00Z has passed",
    },
    "judges canaries": {
      add: [resource("aws:synthetics/canary:Canary", "canary", { schedule: { expression: "rate(0 hours)" } })],
      says: "scheduleExpression rate(0 hours) repeats never",
    },
  },
  unknown: ["scheduleExpression"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

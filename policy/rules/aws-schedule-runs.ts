import { soc2 } from "../frameworks.ts";
import { at, number, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { scheduleFault } from "../schedule.ts";

export const awsScheduleRuns = resourceRule({
  name: "aws-schedule-runs",
  title: "Schedules run",
  description:
    "Every schedule's expression, time zone and window can be met: the provider accepts words that never come true.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation: "Write rate(1 hour), cron(0 3 * * ? *) or at(2027-01-01T00:00:00), and a zone from the tz database.",
  link: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
  levels: everywhere("mandatory"),
  types: ["aws:scheduler/schedule:Schedule", "aws:cloudwatch/eventRule:EventRule", "aws:synthetics/canary:Canary"],
  check(schedule, context) {
    const nested =
      schedule.type === "aws:synthetics/canary:Canary"
        ? at(schedule.props, "schedule.expression")
        : schedule.props.scheduleExpression;
    const expression = text(nested);
    if (expression === undefined) {
      if (schedule.type === "aws:scheduler/schedule:Schedule") context.report("has no scheduleExpression");
      return;
    }
    // A canary's rate(0 minute) means: once, at creation.
    const fault = expression === "rate(0 minute)" ? undefined : scheduleFault(expression, context.now);
    if (fault !== undefined) context.report(`scheduleExpression ${expression} ${fault}`);
    const zone = text(schedule.props.scheduleExpressionTimezone);
    if (zone !== undefined && !isZone(zone)) context.report(`scheduleExpressionTimezone ${zone} is no time zone`);
    const flexible = at(schedule.props, "flexibleTimeWindow.mode") === "FLEXIBLE";
    if (flexible && (number(at(schedule.props, "flexibleTimeWindow.maximumWindowInMinutes")) ?? 0) < 1) {
      context.report("flexibleTimeWindow has no maximumWindowInMinutes");
    }
    const end = text(schedule.props.endDate);
    if (end !== undefined && Date.parse(end) < context.now.getTime()) context.report(`endDate ${end} has passed`);
  },
});

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

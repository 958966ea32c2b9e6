import { METRIC_ALARM } from "../alarms.ts";
import { soc2 } from "../frameworks.ts";
import { isEmpty, list, number, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

const DAY_SECONDS = 86_400;

export const awsAlarmCanFire = resourceRule({
  name: "aws-alarm-can-fire",
  title: "Alarms can fire",
  description:
    "Every alarm needs no more bad points than it looks at, looks back no further than CloudWatch does, and has one statistic.",
  severity: "high",
  frameworks: [soc2("CC7.2")],
  remediation: "Lower datapointsToAlarm, evaluationPeriods or period; name statistic or extendedStatistic.",
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
  levels: everywhere("mandatory"),
  types: [METRIC_ALARM],
  check(alarm, context) {
    const periods = number(alarm.props.evaluationPeriods) ?? 0;
    const needed = number(alarm.props.datapointsToAlarm) ?? periods;
    if (periods < 1) context.report("evaluationPeriods is not set");
    else if (needed > periods) context.report(`datapointsToAlarm is ${needed}, of ${periods} evaluationPeriods`);
    const period = number(alarm.props.period);
    if (period !== undefined) {
      const reach = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
      if (period * periods > reach) context.report(`looks back ${period * periods} s, CloudWatch does ${reach} s`);
    }
    if (list(alarm.props.metricQueries).length > 0) return;
    const statistics = [alarm.props.statistic, alarm.props.extendedStatistic].filter((value) => !isEmpty(value));
    if (statistics.length !== 1) context.report(`has ${statistics.length === 0 ? "no statistic" : "two statistics"}`);
    if (text(alarm.props.metricName) === undefined || text(alarm.props.namespace) === undefined)
      context.report("names no metric");
    if (number(alarm.props.threshold) === undefined && isEmpty(alarm.props.thresholdMetricId))
      context.report("has no threshold");
  },
});

import { METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmCanFire } from "./aws-alarm-can-fire.ts";

describeRule(awsAlarmCanFire, {
  compliant: resource(METRIC_ALARM, "errors", {
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    period: 60,
    statistic: "Sum",
    metricName: "Errors",
    namespace: "Shop",
    threshold: 5,
  }),
  mutations: {
    "accepts expressions instead of a metric": {
      set: { statistic: undefined, metricName: undefined, metricQueries: [{ id: "a" }] },
      says: [],
    },
    "refuses more bad points than it looks at": {
      set: { datapointsToAlarm: 4 },
      says: "datapointsToAlarm is 4, of 3 evaluationPeriods",
    },
    "refuses no periods": {
      set: { evaluationPeriods: undefined, datapointsToAlarm: undefined },
      says: "evaluationPeriods is not set",
    },
    "refuses to look back two days": {
      set: { period: 300, evaluationPeriods: 600 },
      says: "looks back 180000 s, CloudWatch does 86400 s",
    },
    "refuses an alarm without statistic": { set: { statistic: undefined }, says: "has no statistic" },
    "refuses two statistics": { set: { extendedStatistic: "p99" }, says: "has two statistics" },
    "refuses an alarm without metric": { set: { metricName: undefined }, says: "names no metric" },
    "refuses an alarm without threshold": { set: { threshold: undefined }, says: "has no threshold" },
  },
  unknown: ["evaluationPeriods", "threshold"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { COMPOSITE_ALARM, METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmCompositeRule } from "./aws-alarm-composite-rule.ts";

const rule = (alarmRule: string | undefined) => ({ set: { alarmRule } });

describeRule(awsAlarmCompositeRule, {
  compliant: [
    resource(COMPOSITE_ALARM, "all", {
      alarmName: "all",
      alarmRule: 'ALARM("shop/errors") OR (NOT OK("shop/latency") AND TRUE)',
    }),
    resource(METRIC_ALARM, "errors", { name: "shop/errors" }),
    resource(METRIC_ALARM, "latency", { name: "shop/latency" }),
  ],
  mutations: {
    "reads ARNs and names without quotes": {
      ...rule("ALARM(arn:aws:cloudwatch:us-east-1:1:alarm:shop/errors) OR ALARM(shop/latency)"),
      says: [],
    },
    "refuses nonsense, which the provider accepts": {
      ...rule("when things are bad"),
      says: ["alarmRule cannot be read as a rule", "alarmRule names no alarm"],
    },
    "refuses a missing rule": {
      ...rule(undefined),
      says: ["alarmRule cannot be read as a rule", "alarmRule names no alarm"],
    },
    "refuses constants": { ...rule("TRUE OR FALSE"), says: "alarmRule names no alarm" },
    "refuses two alarms without operator": {
      ...rule('ALARM("shop/errors") ALARM("shop/latency")'),
      says: "alarmRule cannot be read as a rule",
    },
    "refuses an open bracket": { ...rule('(ALARM("shop/errors")'), says: "alarmRule cannot be read as a rule" },
    "refuses a name that nobody declares": {
      ...rule('ALARM("shop/erors")'),
      says: "alarmRule names shop/erors, which no resource declares",
    },
    "accepts a name of another stack": { ...rule('ALARM("base/vpn")'), settings: { elsewhere: "^base/" }, says: [] },
  },
  unknown: ["alarmRule"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

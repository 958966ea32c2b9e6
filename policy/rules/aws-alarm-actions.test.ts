import { COMPOSITE_ALARM, METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmActions } from "./aws-alarm-actions.ts";

const alarm = resource(METRIC_ALARM, "errors", { name: "shop/errors", alarmActions: ["arn:topic"] });
const composite = (props: object, refers = {}) =>
  resource(COMPOSITE_ALARM, "all", { alarmName: "all", alarmActions: ["arn:topic"], ...props }, { refers });

describeRule(awsAlarmActions, {
  compliant: alarm,
  mutations: {
    "refuses an alarm that tells nobody": {
      set: { alarmActions: undefined },
      says: "has no alarmActions and no composite alarm speaks for it",
    },
    "refuses actions that are switched off": {
      set: { actionsEnabled: false },
      says: "actionsEnabled is false, so it tells nobody",
    },
    "accepts a silent member of a composite": {
      set: { alarmActions: [] },
      add: [composite({ alarmRule: 'ALARM("shop/errors")' })],
      says: [],
    },
    "accepts a silent member of a composite whose rule is not known yet": {
      set: { alarmActions: [] },
      add: [composite({ alarmRule: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, { alarmRule: alarm })],
      says: [],
    },
    "refuses a silent alarm that the composite does not name": {
      set: { alarmActions: [] },
      add: [composite({ alarmRule: 'ALARM("shop/latency")' })],
      says: "has no alarmActions and no composite alarm speaks for it",
    },
  },
  unknown: ["alarmActions"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

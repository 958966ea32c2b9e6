import { COMPOSITE_ALARM, METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmUniqueName } from "./aws-alarm-unique-name.ts";

describeRule(awsAlarmUniqueName, {
  compliant: [
    resource(METRIC_ALARM, "errors", { name: "shop/errors" }),
    resource(METRIC_ALARM, "elsewhere", { name: "shop/errors", region: "us-west-2" }),
  ],
  mutations: {
    "leaves names alone that Pulumi makes": { set: { name: undefined }, on: "elsewhere", says: [] },
    "refuses a second alarm of the name": {
      on: "elsewhere",
      set: { region: undefined },
      says: "the name shop/errors is also that of errors",
    },
    "refuses a composite of an alarm's name": {
      add: [resource(COMPOSITE_ALARM, "all", { alarmName: "shop/errors" })],
      says: "the name shop/errors is also that of errors",
    },
  },
  unknown: ["elsewhere:name"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmRunbook } from "./aws-alarm-runbook.ts";

describeRule(awsAlarmRunbook, {
  compliant: resource(METRIC_ALARM, "errors", {
    alarmDescription: "One in twenty requests fails. Runbook: https://docs.shop.test/errors.md",
  }),
  mutations: {
    "refuses an alarm without words": {
      set: { alarmDescription: undefined },
      says: "alarmDescription does not say what happened",
    },
    "refuses a word": { set: { alarmDescription: "https://x" }, says: "alarmDescription does not say what happened" },
    "refuses words without runbook": {
      set: { alarmDescription: "One in twenty requests fails." },
      says: "alarmDescription names no runbook",
    },
  },
  unknown: ["alarmDescription"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

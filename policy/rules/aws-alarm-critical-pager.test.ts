import { COMPOSITE_ALARM, METRIC_ALARM } from "../alarms.ts";
import { describeRule, resource } from "../testing.ts";
import { awsAlarmCriticalPager } from "./aws-alarm-critical-pager.ts";

const topic = resource("aws:sns/topic:Topic", "critical", { arn: "arn:topic" });
const alarm = resource(
  METRIC_ALARM,
  "down",
  { name: "down", alarmDescription: "All is down. Severity: critical.", alarmActions: ["arn:topic"] },
  { refers: { alarmActions: topic } },
);

describeRule(awsAlarmCriticalPager, {
  compliant: [
    alarm,
    topic,
    resource(
      "aws:sns/topicSubscription:TopicSubscription",
      "pager",
      { topic: "arn:topic", endpoint: "https://events.pagerduty.com/x" },
      { refers: { topic } },
    ),
  ],
  mutations: {
    "leaves other alarms alone": { set: { alarmDescription: "Slow. Severity: warning." }, on: "down", says: [] },
    "leaves a silent member alone, since its composite is judged": {
      set: { alarmActions: [] },
      add: [resource(COMPOSITE_ALARM, "all", { alarmName: "all", alarmRule: 'ALARM("down")' })],
      says: [],
    },
    "refuses a topic without pager": { on: "pager", without: true, says: "is critical and reaches no pager" },
    "refuses mail instead of the pager": {
      on: "pager",
      set: { endpoint: "jo@shop.test" },
      says: "is critical and reaches no pager",
    },
    "refuses an alarm without actions": {
      set: { alarmActions: undefined },
      extra: { propertyDependencies: {} },
      says: "is critical and reaches no pager",
    },
    "knows the severity by its tag": {
      set: { alarmDescription: "Down.", tags: { Severity: "critical" }, alarmActions: [] },
      extra: { propertyDependencies: {} },
      says: "is critical and reaches no pager",
    },
  },
  unknown: ["pager:endpoint"],
  elsewhere: { development: "disabled", staging: "disabled" },
});

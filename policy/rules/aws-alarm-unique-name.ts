import { ALARM_TYPES, alarmName } from "../alarms.ts";
import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, stackRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const awsAlarmUniqueName = stackRule({
  name: "aws-alarm-unique-name",
  title: "No alarm overwrites another",
  description: "No two alarms of a region share a name: CloudWatch silently replaces the first by the second.",
  severity: "high",
  frameworks: [soc2("CC7.2")],
  remediation: "Put environment, component and problem into the name.",
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
  levels: everywhere("mandatory"),
  types: ALARM_TYPES,
  check(stack, context) {
    const byName = new Map<string, Subject>();
    context.each(stack.ofType(...ALARM_TYPES), (alarm) => {
      const name = alarmName(alarm);
      if (name === undefined) return;
      const key = `${alarm.provider?.urn ?? ""} ${text(alarm.props.region) ?? ""} ${name}`;
      const other = byName.get(key);
      if (other !== undefined) context.report(`the name ${name} is also that of ${other.name}`, alarm);
      else byName.set(key, alarm);
    });
  },
});

import { ALARM_TYPES, isMember } from "../alarms.ts";
import { cis, soc2 } from "../frameworks.ts";
import { list } from "../properties.ts";
import { sharedEnvironments, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";

export const awsAlarmActions = stackRule({
  name: "aws-alarm-actions",
  title: "Alarms tell somebody",
  description: "Every alarm has an action or a composite alarm that speaks for it, and its actions are on.",
  severity: "high",
  frameworks: [cis("4.1"), soc2("CC7.2")],
  remediation: "Name a topic in alarmActions, or name the alarm in a composite alarm's rule.",
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
  levels: sharedEnvironments,
  types: ALARM_TYPES,
  check(stack, context) {
    context.each(stack.ofType(...ALARM_TYPES), (alarm) => {
      if (alarm.props.actionsEnabled === false) context.report("actionsEnabled is false, so it tells nobody", alarm);
      else if (list(alarm.props.alarmActions).length === 0 && !isMember(stack, alarm) && !isUsed(stack, alarm))
        context.report("has no alarmActions and no composite alarm speaks for it", alarm);
    });
  },
});

/** Whether another resource acts on the alarm's state: a deployment that rolls back, a health check. */
const isUsed = (stack: Stack, alarm: Subject): boolean =>
  stack.resources.some(
    ({ propertyDependencies, urn }) =>
      urn !== alarm.urn && Object.values(propertyDependencies).some((urns) => urns.includes(alarm.urn)),
  );

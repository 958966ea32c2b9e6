import { ALARM_TYPES, isMember } from "../alarms.ts";
import { soc2 } from "../frameworks.ts";
import { at, list, text } from "../properties.ts";
import { productionAdvice, setting, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";

const TOPIC = "aws:sns/topic:Topic";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

export const awsAlarmCriticalPager = stackRule({
  name: "aws-alarm-critical-pager",
  title: "Critical alarms wake somebody",
  description: "Every critical alarm acts on a topic that PagerDuty subscribes to.",
  severity: "high",
  frameworks: [soc2("CC7.4")],
  remediation: "Subscribe PagerDuty's https endpoint to the topic in alarmActions.",
  link: "https://support.pagerduty.com/main/docs/aws-cloudwatch-integration-guide",
  levels: productionAdvice,
  types: ALARM_TYPES,
  settings: {
    criticalPattern: setting.text("severity: ?critical", "Expression for descriptions of critical alarms"),
    pagerPattern: setting.text("pagerduty\\.com", "Expression for the pager's endpoint"),
  },
  check(stack, context) {
    const critical = new RegExp(context.settings.criticalPattern, "i");
    context.each(stack.ofType(...ALARM_TYPES), (alarm) => {
      const marked =
        critical.test(text(alarm.props.alarmDescription) ?? "") ||
        text(at(alarm.props, "tags.Severity"))?.toLowerCase() === "critical";
      if (!marked || (actions(alarm) === 0 && isMember(stack, alarm))) return;
      const topics = topicsOf(stack, alarm);
      const pager = new RegExp(context.settings.pagerPattern);
      const subscriptions = topics.flatMap((topic) => stack.referring(topic, SUBSCRIPTION, "topic"));
      if (!subscriptions.some((subscription) => pager.test(text(subscription.props.endpoint) ?? ""))) {
        context.report("is critical and reaches no pager", alarm);
      }
    });
  },
});

const actions = (alarm: Subject): number => list(alarm.props.alarmActions).length;

function topicsOf(stack: Stack, alarm: Subject): readonly Subject[] {
  const urns = (alarm.propertyDependencies.alarmActions ?? []).map((urn) => stack.byUrn(urn));
  const declared = urns.filter((topic) => topic?.type === TOPIC);
  if (declared.length > 0) return declared.filter((topic) => topic !== undefined);
  const arns = list(alarm.props.alarmActions);
  return stack.ofType(TOPIC).filter((topic) => arns.includes(topic.props.arn));
}

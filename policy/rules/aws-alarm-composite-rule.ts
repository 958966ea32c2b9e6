import { ALARM_TYPES, alarmName, COMPOSITE_ALARM, namesInRule } from "../alarms.ts";
import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const awsAlarmCompositeRule = stackRule({
  name: "aws-alarm-composite-rule",
  title: "Composite alarms watch alarms",
  description:
    "A composite alarm's rule can be read and names alarms that exist: the provider accepts nonsense, and the alarm never fires.",
  severity: "high",
  frameworks: [soc2("CC7.2")],
  remediation: 'Write ALARM("name") joined by AND, OR and NOT, with names of declared alarms.',
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
  levels: everywhere("mandatory"),
  types: [COMPOSITE_ALARM],
  settings: { elsewhere: setting.text("^$", "Expression for names of alarms that another stack declares") },
  check(stack, context) {
    const elsewhere = new RegExp(context.settings.elsewhere);
    context.each(stack.ofType(COMPOSITE_ALARM), (composite) => {
      const rule = text(composite.props.alarmRule) ?? "";
      const { names, readable } = namesInRule(rule);
      if (!readable) context.report("alarmRule cannot be read as a rule", composite);
      if (names.length === 0) context.report("alarmRule names no alarm", composite);
      const declared = new Set(stack.ofType(...ALARM_TYPES).map(alarmName));
      for (const name of names) {
        if (!declared.has(name) && !elsewhere.test(name))
          context.report(`alarmRule names ${name}, which no resource declares`, composite);
      }
    });
  },
});

import { ALARM_TYPES } from "../alarms.ts";
import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const awsAlarmRunbook = resourceRule({
  name: "aws-alarm-runbook",
  title: "Alarms say what to do",
  description: "Every alarm's description says what happened and where the runbook stands: it is read at night.",
  severity: "medium",
  frameworks: [soc2("CC7.4")],
  remediation: "Write a sentence and the runbook's address into alarmDescription.",
  link: "https://sre.google/sre-book/monitoring-distributed-systems/",
  levels: everywhere("advisory"),
  types: ALARM_TYPES,
  settings: {
    runbookPattern: setting.text("https?://|runbook", "Expression for what points to a runbook"),
    minimumLength: setting.integer(20, "Least characters of a description"),
  },
  check(alarm, context) {
    const description = text(alarm.props.alarmDescription) ?? "";
    if (description.trim().length < context.settings.minimumLength)
      context.report("alarmDescription does not say what happened");
    else if (!new RegExp(context.settings.runbookPattern, "i").test(description))
      context.report("alarmDescription names no runbook");
  },
});

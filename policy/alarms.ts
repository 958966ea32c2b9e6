/** What the alarm rules share. */
import { text } from "./properties.ts";
import type { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";

export const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
export const ALARM_TYPES = [METRIC_ALARM, COMPOSITE_ALARM];

export const alarmName = (alarm: Subject): string | undefined =>
  alarm.type === COMPOSITE_ALARM ? text(alarm.props.alarmName) : text(alarm.props.name);

/** The alarms that a composite's rule names, and whether the rule can be read at all. */
export function namesInRule(rule: string): { names: string[]; readable: boolean } {
  const names: string[] = [];
  const rest = rule.replace(
    /\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^()"'\s]+))\s*\)/g,
    (_, ...found: string[]) => {
      names.push(found[0] ?? found[1] ?? found[2] ?? "");
      return "TRUE";
    },
  );
  // What is left is a formula of constants: operands and operators in turn, brackets in pairs.
  let formula = rest.replace(/\s+/g, " ").trim();
  for (let before = ""; before !== formula; ) {
    before = formula;
    formula = formula
      .replace(/\( ?(?:TRUE|FALSE) ?\)/g, "TRUE")
      .replace(/\bNOT (?:TRUE|FALSE)\b/g, "TRUE")
      .replace(/\b(?:TRUE|FALSE) (?:AND|OR) (?:TRUE|FALSE)\b/g, "TRUE");
  }
  return {
    names: names.map((name) => name.replace(/^arn:aws[\w-]*:cloudwatch:[^:]*:\d*:alarm:/, "")),
    readable: /^(?:TRUE|FALSE)$/.test(formula),
  };
}

/** Whether a composite speaks for the alarm. A rule that is not known yet is judged by its dependencies. */
export function isMember(stack: Stack, alarm: Subject): boolean {
  return stack.ofType(COMPOSITE_ALARM).some((composite) => {
    if ((composite.propertyDependencies.alarmRule ?? []).includes(alarm.urn)) return true;
    const name = alarmName(alarm);
    return name !== undefined && namesInRule(text(composite.props.alarmRule) ?? "").names.includes(name);
  });
}

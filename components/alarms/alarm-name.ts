import { demand } from "../invalid-argument.ts";

/**
 * The one place where alarm names are made: `<prefix>/<subject>/<problem>`. CloudWatch silently overwrites an alarm of
 * the same name, so two different triples must never meet: no part may hold the separator.
 */
export function alarmName(prefix: string, subject: string, problem: string): string {
  for (const part of [prefix, subject, problem]) {
    demand(
      /^[a-z0-9][a-z0-9.-]*$/.test(part),
      "alarm name",
      `"${part}" could make two alarms collide`,
      "Use lower-case letters, digits, dots and hyphens.",
    );
  }
  return `${prefix}/${subject}/${problem}`;
}

/** The stack's alarms as stop conditions of a release. */
import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { StopCondition } from "./stopping.ts";

/** DescribeAlarms takes at most this many names. */
const MOST_NAMES = 100;

/** One condition for all: it holds while any of them is in alarm, and cannot be judged while one is missing. */
export function alarmsCondition(client: CloudWatchClient, names: readonly string[]): StopCondition {
  return {
    name: "alarms",
    async holds() {
      const states = new Map<string, string>();
      for (let start = 0; start < names.length; start += MOST_NAMES) {
        const answer = await client.send(
          new DescribeAlarmsCommand({
            AlarmNames: names.slice(start, start + MOST_NAMES),
            AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
            MaxRecords: MOST_NAMES,
          }),
        );
        for (const alarm of [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]) {
          states.set(alarm.AlarmName ?? "", alarm.StateValue ?? "");
        }
      }
      const missing = names.filter((name) => !states.has(name));
      if (missing.length > 0) throw new Error(`no such alarm: ${missing.join(", ")}`);
      const ringing = names.filter((name) => states.get(name) === "ALARM");
      return ringing.length > 0 ? `in alarm: ${ringing.join(", ")}` : undefined;
    },
  };
}

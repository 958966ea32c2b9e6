import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import type { PropertyMap } from "../../../engine/values.ts";
import { alarmRequest } from "../../services/aws/alarm.ts";
import { type AwsSurroundings, type EmulatedType, given, optional, setting, text, textsOf } from "./emulated.ts";

const metricAlarm = setting({
  apply: ({ clients }, { inputs }) => clients.alarms.send(new PutMetricAlarmCommand(alarmRequest(inputs))),
  async read(surroundings, { outputs }) {
    const { MetricAlarms: [live] = [] } = await describe(surroundings, text(outputs.name));
    return (
      live &&
      differing(outputs, {
        actionsEnabled: live.ActionsEnabled ?? true,
        comparisonOperator: live.ComparisonOperator ?? "",
        evaluationPeriods: live.EvaluationPeriods ?? 0,
        threshold: live.Threshold ?? 0,
      })
    );
  },
  remove: ({ clients }, { outputs }) =>
    clients.alarms.send(new DeleteAlarmsCommand({ AlarmNames: [text(outputs.name)] })),
});

const compositeAlarm = setting({
  apply: ({ clients }, { inputs }) =>
    clients.alarms.send(
      new PutCompositeAlarmCommand(
        given({
          AlarmName: text(inputs.alarmName),
          AlarmRule: text(inputs.alarmRule),
          AlarmDescription: optional(inputs.alarmDescription),
          ActionsEnabled: inputs.actionsEnabled !== false,
          AlarmActions: textsOf(inputs.alarmActions),
          OKActions: textsOf(inputs.okActions),
          InsufficientDataActions: textsOf(inputs.insufficientDataActions),
        }),
      ),
    ),
  async read(surroundings, { outputs }) {
    const { CompositeAlarms: [live] = [] } = await describe(surroundings, text(outputs.alarmName));
    return live && differing(outputs, { actionsEnabled: live.ActionsEnabled ?? true, alarmRule: live.AlarmRule ?? "" });
  },
  remove: ({ clients }, { outputs }) =>
    clients.alarms.send(new DeleteAlarmsCommand({ AlarmNames: [text(outputs.alarmName)] })),
});

const describe = ({ clients }: AwsSurroundings, name: string) =>
  clients.alarms.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }));

/** What is declared and is otherwise there. A number may have been declared as text. */
function differing(outputs: PropertyMap, live: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(live).filter(([name, value]) => {
      const declared = outputs[name];
      return declared !== undefined && declared !== null && String(declared) !== String(value);
    }),
  );
}

export const alarmTypes: Record<string, EmulatedType> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": compositeAlarm,
};

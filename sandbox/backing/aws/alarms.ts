import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { alarmRequest } from "../../services/aws/alarm.ts";
import { type AwsSurroundings, type EmulatedType, given, optional, setting, text, textsOf } from "./emulated.ts";

const metricAlarm = setting({
  apply: ({ clients }, { inputs }) => clients.alarms.send(new PutMetricAlarmCommand(alarmRequest(inputs))),
  read: async (surroundings, { outputs }) => ((await exists(surroundings, text(outputs.name))) ? {} : undefined),
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
  read: async (surroundings, { outputs }) => ((await exists(surroundings, text(outputs.alarmName))) ? {} : undefined),
  remove: ({ clients }, { outputs }) =>
    clients.alarms.send(new DeleteAlarmsCommand({ AlarmNames: [text(outputs.alarmName)] })),
});

async function exists({ clients }: AwsSurroundings, name: string): Promise<boolean> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await clients.alarms.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
  );
  return MetricAlarms.length + CompositeAlarms.length > 0;
}

export const alarmTypes: Record<string, EmulatedType> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": compositeAlarm,
};

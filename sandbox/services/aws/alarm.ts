/** A declared CloudWatch alarm in the words of the API. */
import type {
  ComparisonOperator,
  MetricDataQuery,
  PutMetricAlarmCommandInput,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import { isMap, type PropertyMap, type PropertyValue } from "../../../engine/values.ts";

/** `inputs` are those of an `aws:cloudwatch/metricAlarm:MetricAlarm`. */
export function alarmRequest(inputs: PropertyMap): PutMetricAlarmCommandInput {
  const queries = list(inputs.metricQueries).filter(isMap);
  return defined({
    AlarmName: text(inputs.name),
    AlarmDescription: text(inputs.alarmDescription),
    ActionsEnabled: inputs.actionsEnabled !== false,
    AlarmActions: texts(inputs.alarmActions),
    OKActions: texts(inputs.okActions),
    InsufficientDataActions: texts(inputs.insufficientDataActions),
    ComparisonOperator: text(inputs.comparisonOperator) as ComparisonOperator | undefined,
    EvaluationPeriods: number(inputs.evaluationPeriods),
    DatapointsToAlarm: number(inputs.datapointsToAlarm),
    Threshold: number(inputs.threshold),
    TreatMissingData: text(inputs.treatMissingData),
    ...(queries.length > 0 ? { Metrics: queries.map(query) } : plainMetric(inputs)),
  });
}

function plainMetric(inputs: PropertyMap) {
  return {
    Namespace: text(inputs.namespace),
    MetricName: text(inputs.metricName),
    Dimensions: dimensions(inputs.dimensions),
    Period: number(inputs.period),
    Statistic: text(inputs.statistic) as Statistic | undefined,
    ExtendedStatistic: text(inputs.extendedStatistic),
    Unit: text(inputs.unit) as StandardUnit | undefined,
  };
}

function query({ id, expression, label, returnData, period, metric }: PropertyMap): MetricDataQuery {
  return defined({
    Id: text(id),
    Expression: text(expression),
    Label: text(label),
    Period: number(period),
    ReturnData: returnData === true,
    MetricStat: isMap(metric)
      ? {
          Metric: defined({
            Namespace: text(metric.namespace),
            MetricName: text(metric.metricName),
            Dimensions: dimensions(metric.dimensions),
          }),
          Period: number(metric.period) ?? 60,
          Stat: text(metric.stat) ?? "Average",
        }
      : undefined,
  });
}

function dimensions(value: PropertyValue | undefined): { Name: string; Value: string }[] {
  return isMap(value)
    ? Object.entries(value)
        .filter(([name]) => !name.startsWith("__"))
        .map(([Name, Value]) => ({ Name, Value: String(Value) }))
    : [];
}

/** Without what is not given: the API takes an empty text for a value. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const text = (value: PropertyValue | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
// A threshold may have been written as text.
const number = (value: PropertyValue | undefined): number | undefined =>
  value === undefined || value === null || value === "" ? undefined : Number(value);
const list = (value: PropertyValue | undefined): PropertyValue[] => (Array.isArray(value) ? value : []);
const texts = (value: PropertyValue | undefined): string[] =>
  list(value).filter((entry): entry is string => typeof entry === "string");

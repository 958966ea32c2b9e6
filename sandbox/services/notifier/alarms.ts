/**
 * Turns the alarms that the emulator stores but does not judge: those over expressions, burn rates among them, and
 * composite ones. Setting their state makes the emulator notify, as it does for the plain ones.
 */
import {
  type CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { evaluateExpression, type Series } from "./expression.ts";
import { type AlarmState, evaluateRule } from "./rule.ts";
import { fetchStatistics, type Source } from "./statistics.ts";

/** An alarm over an expression, which the emulator does not remember. */
export type ExpressionAlarm = Pick<
  MetricAlarm,
  | "AlarmName"
  | "Metrics"
  | "Threshold"
  | "ComparisonOperator"
  | "DatapointsToAlarm"
  | "EvaluationPeriods"
  | "TreatMissingData"
>;

/** Judges the alarms over expressions and all composite ones once. Resolves to the names of those that turned. */
export async function judgeAlarms(
  client: CloudWatchClient,
  source: Source,
  expressions: readonly ExpressionAlarm[],
  now: Date,
): Promise<string[]> {
  const { metric, composite } = await everyAlarm(client);
  const states = new Map<string, AlarmState>();
  for (const { AlarmName, StateValue } of [...metric, ...composite])
    if (AlarmName && StateValue) states.set(AlarmName, StateValue);
  const turned: string[] = [];
  const turn = async (name: string | undefined, state: AlarmState | undefined, reason: string) => {
    if (name === undefined || state === undefined || states.get(name) === state) return false;
    await client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason }));
    states.set(name, state);
    turned.push(name);
    return true;
  };
  for (const alarm of expressions) {
    // Declared, and not there yet.
    if (!states.has(alarm.AlarmName ?? "")) continue;
    const judged = await judgeExpression(source, alarm, now);
    await turn(alarm.AlarmName, judged, "the expression was evaluated");
  }
  await settleComposites(composite, states, turn);
  return turned;
}

/** A page holds a hundred at most. */
async function everyAlarm(client: CloudWatchClient): Promise<{ metric: MetricAlarm[]; composite: CompositeAlarm[] }> {
  const found = { metric: [] as MetricAlarm[], composite: [] as CompositeAlarm[] };
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeAlarmsCommand({ AlarmTypes: ["MetricAlarm", "CompositeAlarm"], MaxRecords: 100, NextToken }),
    );
    found.metric.push(...(page.MetricAlarms ?? []));
    found.composite.push(...(page.CompositeAlarms ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** Composite alarms may stand on others: the round repeats until none turns, which is as deep as they are stacked. */
async function settleComposites(
  composite: CompositeAlarm[],
  states: Map<string, AlarmState>,
  turn: (name: string | undefined, state: AlarmState, reason: string) => Promise<boolean>,
): Promise<void> {
  for (let round = 0; round <= composite.length; round++) {
    let changed = false;
    for (const { AlarmName, AlarmRule = "" } of composite) {
      const holds = evaluateRule(AlarmRule, (name) => states.get(name));
      if (await turn(AlarmName, holds ? "ALARM" : "OK", `the rule ${AlarmRule.slice(0, 500)} was evaluated`))
        changed = true;
    }
    if (!changed) return;
  }
}

async function judgeExpression(source: Source, alarm: ExpressionAlarm, now: Date): Promise<AlarmState | undefined> {
  const queries = alarm.Metrics ?? [];
  const result = queries.find((query) => query.ReturnData !== false) ?? queries.at(-1);
  const period = Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60));
  const periods = alarm.EvaluationPeriods ?? 1;
  const series = await fetchSeries(source, queries, period, periods, now);
  const values = evaluateQuery(result, queries, series, periods);
  return judge(alarm, values);
}

/** The metrics of the queries, a value a period, the oldest first. The period that runs now is the last. */
async function fetchSeries(
  source: Source,
  queries: MetricDataQuery[],
  period: number,
  periods: number,
  now: Date,
): Promise<Map<string, Series>> {
  const end = (Math.floor(now.getTime() / 1000 / period) + 1) * period;
  const start = end - periods * period;
  const series = new Map<string, Series>();
  for (const { Id, MetricStat } of queries) {
    if (Id === undefined || !MetricStat?.Metric) continue;
    const { Namespace = "", MetricName = "", Dimensions = [] } = MetricStat.Metric;
    const points = await fetchStatistics(source, {
      namespace: Namespace,
      metric: MetricName,
      dimensions: Dimensions.map(({ Name = "", Value = "" }) => ({ name: Name, value: Value })),
      periodSeconds: period,
      statistic: MetricStat.Stat ?? "Average",
      start: new Date(start * 1000),
      end: new Date(end * 1000),
    });
    const values: Series = new Array(periods).fill(undefined);
    for (const { at, value } of points) {
      const slot = Math.floor((at.getTime() / 1000 - start) / period);
      if (slot >= 0 && slot < periods) values[slot] = value;
    }
    series.set(Id, values);
  }
  return series;
}

function evaluateQuery(
  query: MetricDataQuery | undefined,
  queries: MetricDataQuery[],
  series: Map<string, Series>,
  periods: number,
): Series {
  if (!query?.Expression) return series.get(query?.Id ?? "") ?? new Array(periods).fill(undefined);
  return evaluateExpression(query.Expression, periods, (id) => {
    const known = series.get(id);
    if (known) return known;
    const other = queries.find(({ Id }) => Id === id);
    return other?.Expression ? evaluateQuery(other, queries, series, periods) : new Array(periods).fill(undefined);
  });
}

/** `undefined`: the state stays. */
export function judge(alarm: Omit<ExpressionAlarm, "AlarmName" | "Metrics">, values: Series): AlarmState | undefined {
  const { Threshold = 0, ComparisonOperator = "GreaterThanThreshold", TreatMissingData = "missing" } = alarm;
  const needed = alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? values.length;
  const known = values.filter((value) => value !== undefined);
  const missing = values.length - known.length;
  const breaching = known.filter((value) => breaches(ComparisonOperator, value, Threshold)).length;
  if (breaching + (TreatMissingData === "breaching" ? missing : 0) >= needed) return "ALARM";
  if (known.length > 0 || TreatMissingData === "notBreaching" || TreatMissingData === "breaching") return "OK";
  return TreatMissingData === "ignore" ? undefined : "INSUFFICIENT_DATA";
}

function breaches(operator: string, value: number, threshold: number): boolean {
  switch (operator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
    default:
      return value > threshold;
  }
}

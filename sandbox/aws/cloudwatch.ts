/** CloudWatch: alarms, dashboards, logs, and the rules of EventBridge, which the provider keeps here. */
import { isMap, isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import {
  atLeastOne,
  conflict,
  given,
  jsonDocument,
  known,
  length,
  matches,
  oneOf,
  type Rule,
  range,
  requires,
  value,
} from "../rules.ts";
import type { Surroundings } from "../type.ts";
import facts from "./cloudwatch.json" with { type: "json" };
import { arn, hex, named, row, text } from "./common.ts";

const alarmArn = (name: string, surroundings: Surroundings): string => arn(surroundings, "cloudwatch", `alarm:${name}`);

const statistic =
  /^(SampleCount|Average|Sum|Minimum|Maximum|IQM|(p|tm|tc|ts|wm)\d{1,2}(\.\d{0,10})?|(PR|TM|TC|TS|WM)\(.*\))$/;
const extendedStatistic = /^(IQM|(p|tm|tc|ts|wm)(\d{1,2}(\.\d{1,10})?|100)|(PR|TM|TC|TS|WM)\(.*\))$/;

const period: Rule[] = ["period", "metricQueries[].period", "metricQueries[].metric.period"].map((path) =>
  value(path, (found) =>
    typeof found !== "number" || found === 10 || found === 20 || found === 30 || (found > 0 && found % 60 === 0)
      ? undefined
      : `must be 10, 20, 30 or a multiple of 60 seconds, got ${found}`,
  ),
);

/** An alarm watches one metric, or queries, or a Prometheus expression. */
const watches: Rule = (inputs, report) => {
  if (given(inputs, "evaluationCriteria")) return;
  if (!known(inputs, "metricName", "metricQueries")) return;
  if (given(inputs, "metricName") === given(inputs, "metricQueries")) {
    report("metricName", "one of metricName, metricQueries must be given, and only one");
  }
  for (const needed of ["comparisonOperator", "evaluationPeriods"]) {
    if (!given(inputs, needed)) report(needed, `missing required property '${needed}'`);
  }
};

const threshold: Rule = (inputs, report) => {
  if (given(inputs, "evaluationCriteria")) return;
  if (!given(inputs, "threshold") && !given(inputs, "thresholdMetricId")) {
    report("threshold", "one of threshold, thresholdMetricId must be given");
  }
};

const statisticOfOneMetric: Rule = (inputs, report) => {
  if (!given(inputs, "metricName")) return;
  if (!given(inputs, "statistic") && !given(inputs, "extendedStatistic")) {
    report("statistic", "one of statistic, extendedStatistic must be given for a metric");
  }
};

const actions = (property: string): Rule[] => [
  value(property, (found) =>
    Array.isArray(found) && found.length > 5 ? `too many elements: no more than 5, got ${found.length}` : undefined,
  ),
  length(`${property}[]`, 1, 1024),
];

const retentionDays = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const dashboardLayout: Rule = (inputs, report) => {
  const { dashboardBody } = inputs;
  if (typeof dashboardBody !== "string" || isUnknown(dashboardBody)) return;
  try {
    const parsed = JSON.parse(dashboardBody) as { widgets?: unknown } | null;
    if (!Array.isArray(parsed?.widgets)) report("dashboardBody", "a dashboard has a list of widgets");
  } catch {
    // That it is no JSON is another rule's to say.
  }
};

const eventTarget = ({ rule, eventBusName, targetId }: PropertyMap): string => {
  const bus = typeof eventBusName === "string" && eventBusName !== "default" ? `${eventBusName}-` : "";
  return `${bus}${String(rule)}-${String(targetId)}`;
};

export const cloudwatch: Service = {
  file: "sandbox/aws/cloudwatch.json",
  facts,
  behaviours: {
    "aws:cloudwatch/metricAlarm:MetricAlarm": row({
      autoname: named("name", 255),
      rules: [
        length("name", 1, 255),
        length("alarmDescription", 0, 1024),
        matches("extendedStatistic", extendedStatistic, "is no extended statistic such as p99, tm90 or TS(80%:)"),
        matches("metricQueries[].metric.stat", statistic, "is no statistic such as Average or p99"),
        conflict("statistic", "extendedStatistic"),
        conflict("metricName", "metricQueries"),
        conflict("threshold", "thresholdMetricId"),
        requires("metricName", "namespace"),
        requires("metricName", "period"),
        oneOf("treatMissingData", ["breaching", "notBreaching", "ignore", "missing"]),
        oneOf("evaluateLowSampleCountPercentiles", ["evaluate", "ignore"]),
        range("evaluationPeriods", 1, 2 ** 31 - 1),
        range("datapointsToAlarm", 1, 2 ** 31 - 1),
        ...period,
        ...actions("alarmActions"),
        watches,
        threshold,
        statisticOfOneMetric,
      ],
      // PutMetricAlarm knows no "create": an alarm of the same name is silently overwritten.
      unique: (inputs, surroundings) => [`alarm ${alarmArn(text(inputs, "name"), surroundings)}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings) => ({
        arn: alarmArn(text(inputs, "name"), surroundings),
        evaluateLowSampleCountPercentiles: inputs.evaluateLowSampleCountPercentiles ?? "",
      }),
    }),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": row({
      rules: [length("alarmName", 1, 255), length("alarmRule", 1, 10240), length("alarmDescription", 0, 1024)],
      unique: (inputs, surroundings) => [`alarm ${alarmArn(text(inputs, "alarmName"), surroundings)}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "alarmName"),
      outputs: (inputs, surroundings) => ({ arn: alarmArn(text(inputs, "alarmName"), surroundings) }),
    }),
    "aws:cloudwatch/dashboard:Dashboard": row(
      {
        rules: [
          length("dashboardName", 1, 255),
          matches("dashboardName", /^[A-Za-z0-9_-]+$/, "only letters, digits, underscores and hyphens are allowed"),
          jsonDocument("dashboardBody"),
          dashboardLayout,
        ],
        unique: (inputs, { account }) => [`dashboard ${account} ${text(inputs, "dashboardName")}`],
        taken: "overwrite",
        id: (inputs) => text(inputs, "dashboardName"),
        outputs: (inputs, { account }) => ({
          dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${text(inputs, "dashboardName")}`,
        }),
      },
      { tagged: false },
    ),
    "aws:cloudwatch/logGroup:LogGroup": row({
      autoname: named("name", 512),
      rules: [
        length("name", 1, 512),
        matches("name", /^[A-Za-z0-9_./#-]+$/, "only letters, digits and the characters _ . / # - are allowed"),
        conflict("name", "namePrefix"),
        oneOf("retentionInDays", retentionDays),
        matches("kmsKeyId", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
      ],
      unique: (inputs, surroundings) => [`log group ${arn(surroundings, "logs", text(inputs, "name"))}`],
      taken: (inputs) =>
        `creating CloudWatch Logs Log Group (${text(inputs, "name")}): ResourceAlreadyExistsException: ` +
        "the specified log group already exists",
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings) => ({
        arn: arn(surroundings, "logs", `log-group:${text(inputs, "name")}`),
        deletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
        logGroupClass: inputs.logGroupClass ?? "STANDARD",
      }),
    }),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": row(
      {
        autoname: named("name", 512),
        rules: [
          length("name", 1, 512),
          matches("name", /^[^:*]+$/, "must not contain a colon or an asterisk"),
          length("pattern", 0, 1024),
          length("metricTransformation.name", 0, 255),
          length("metricTransformation.namespace", 0, 255),
          length("metricTransformation.value", 0, 100),
          (inputs, report) => {
            const transformation = inputs.metricTransformation;
            if (!isMap(transformation)) return;
            if (given(transformation, "defaultValue") && given(transformation, "dimensions")) {
              report("metricTransformation.defaultValue", "conflicts with metricTransformation.dimensions");
            }
          },
        ],
        unique: (inputs, surroundings) => [
          `metric filter ${arn(surroundings, "logs", `${text(inputs, "logGroupName")} ${text(inputs, "name")}`)}`,
        ],
        taken: "overwrite",
        id: (inputs) => text(inputs, "name"),
        outputs: (inputs) => ({ applyOnTransformedLogs: inputs.applyOnTransformedLogs ?? false }),
      },
      { tagged: false },
    ),
    "aws:cloudwatch/eventRule:EventRule": row({
      autoname: named("name", 64, { replaces: /[^0-9A-Za-z_.-]/g }),
      rules: [
        length("name", 1, 64),
        matches("name", /^[0-9A-Za-z_.-]+$/, "only letters, digits, periods, underscores and hyphens are allowed"),
        conflict("name", "namePrefix"),
        atLeastOne("eventPattern", "scheduleExpression"),
        jsonDocument("eventPattern"),
        length("eventPattern", 0, 4096),
        length("scheduleExpression", 0, 256),
        length("description", 0, 512),
        conflict("isEnabled", "state"),
      ],
      unique: (inputs, surroundings) => [
        `event rule ${arn(surroundings, "events", `${text(inputs, "eventBusName")}/${text(inputs, "name")}`)}`,
      ],
      taken: "overwrite",
      id: (inputs) => {
        const bus = text(inputs, "eventBusName");
        return bus === "" || bus === "default" ? text(inputs, "name") : `${bus}/${text(inputs, "name")}`;
      },
      outputs: (_, surroundings, id) => ({ arn: arn(surroundings, "events", `rule/${id}`) }),
    }),
    "aws:cloudwatch/eventTarget:EventTarget": row(
      {
        normalise: (inputs) => {
          inputs.targetId ??= `terraform-${hex(26)}`;
        },
        rules: [
          length("rule", 1, 64),
          length("targetId", 1, 64),
          matches(
            "targetId",
            /^[0-9A-Za-z_.-]+$/,
            "only letters, digits, periods, underscores and hyphens are allowed",
          ),
          matches("arn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
          jsonDocument("input"),
          conflict("input", "inputPath"),
          conflict("input", "inputTransformer"),
          conflict("inputPath", "inputTransformer"),
          range("retryPolicy.maximumEventAgeInSeconds", 60, 86400),
          range("retryPolicy.maximumRetryAttempts", 0, 185),
          range("ecsTarget.taskCount", 1, 2 ** 31 - 1),
        ],
        unique: (inputs, surroundings) => [`event target ${arn(surroundings, "events", eventTarget(inputs))}`],
        taken: "overwrite",
        id: eventTarget,
      },
      { tagged: false },
    ),
  },
};

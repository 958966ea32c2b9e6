import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaredAlarm } from "./alarms/alarm.ts";
import type { Metric } from "./alarms/metric.ts";
import { demand } from "./invalid-argument.ts";

export interface DashboardChart {
  readonly title: string;
  /** Lines of the chart, by their label. */
  readonly lines: Readonly<Record<string, { readonly metric: Metric; readonly statistic: string }>>;
  /** The value from which on an alarm rings. @default no line */
  readonly limit?: { readonly label: string; readonly value: number };
}

export interface DashboardSection {
  /** For example `HelpDesk`. */
  readonly title: string;
  readonly charts: readonly DashboardChart[];
}

export interface DashboardArgs {
  readonly region: string;
  /** Their states stand at the top: red there is where to look first. */
  readonly alarms: readonly DeclaredAlarm[];
  readonly sections: readonly DashboardSection[];
}

/** One page for an environment: what rings, and below it what each part is doing. Its name is the component's. */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    const titles = args.sections.map(({ title }) => title);
    demand(
      new Set(titles).size === titles.length,
      `${name}.sections`,
      "two sections share a title",
      "Give each section a title of its own.",
    );
    demand(
      /^[A-Za-z0-9_-]{1,255}$/.test(name),
      name,
      "CloudWatch accepts no such name",
      "Use letters, digits and - _.",
    );
    super("thorbis:monitoring:Dashboard", name, {}, opts);
    new cloudwatch.Dashboard(
      name,
      { dashboardName: name, dashboardBody: bodyOf(args), region: args.region },
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** CloudWatch's grid is 24 wide. */
const gridWidth = 24;
const chart = { width: 8, height: 6 };
const perRow = gridWidth / chart.width;

function bodyOf({ alarms, region, sections }: DashboardArgs): pulumi.Output<string> {
  const alarmRows = Math.max(2, Math.ceil(alarms.length / 8));
  const status = {
    type: "alarm",
    ...{ x: 0, y: 0, width: gridWidth, height: alarmRows },
    properties: { title: "Alarms", alarms: alarms.map(({ resource }) => resource.arn) },
  };
  let y = alarmRows;
  const widgets: unknown[] = [status];
  for (const { charts, title } of sections) {
    widgets.push({ type: "text", x: 0, y, width: gridWidth, height: 1, properties: { markdown: `## ${title}` } });
    y += 1;
    for (const [index, one] of charts.entries()) {
      const x = (index % perRow) * chart.width;
      const row = y + Math.floor(index / perRow) * chart.height;
      widgets.push({ type: "metric", x, y: row, ...chart, properties: propertiesOf(one, region) });
    }
    y += Math.ceil(charts.length / perRow) * chart.height;
  }
  return pulumi.jsonStringify({ widgets });
}

function propertiesOf({ limit, lines, title }: DashboardChart, region: string) {
  return {
    title,
    region,
    view: "timeSeries",
    stacked: false,
    period: 300,
    metrics: Object.entries(lines).map(([label, { metric, statistic }]) => [
      metric.namespace,
      metric.metricName,
      ...Object.entries(metric.dimensions).flat(),
      { stat: statistic, label },
    ]),
    ...(limit === undefined ? {} : { annotations: { horizontal: [{ ...limit, color: "#d62728" }] } }),
  };
}

import { alarmScope } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { healthCheckDown } from "./alarms/health-check-down.ts";
import { Dashboard, type DashboardChart, type DashboardSection } from "./dashboard.ts";

const metric = { namespace: "AWS/ECS", metricName: "CPUUtilization", dimensions: { ServiceName: "web" } };
const chart = (title: string): DashboardChart => ({
  title,
  lines: { web: { metric, statistic: "Average" } },
  limit: { label: "alarm", value: 80 },
});
const declare = (sections: readonly DashboardSection[], name = "test") =>
  record(() => {
    const alarm = healthCheckDown(alarmScope(), { subject: "site", healthy: metric });
    new Dashboard(name, { region: "us-east-1", alarms: [alarm], sections });
  });
const widgetsOf = async (sections: readonly DashboardSection[]) =>
  JSON.parse(String((await declare(sections)).only("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody)).widgets;

test("shows first what rings", async () => {
  const [status] = await widgetsOf([]);
  expect(status).toMatchObject({
    type: "alarm",
    y: 0,
    properties: {
      alarms: ["arn:aws:cloudwatch:us-east-1:111111111111:alarm:thorbis-test/site/health-check-down"],
    },
  });
});

test("draws each metric with the value at which its alarm rings", async () => {
  const widgets = await widgetsOf([{ title: "HelpDesk", charts: [chart("CPU")] }]);
  expect(widgets[2].properties).toMatchObject({
    title: "CPU",
    metrics: [["AWS/ECS", "CPUUtilization", "ServiceName", "web", { stat: "Average", label: "web" }]],
    annotations: { horizontal: [{ label: "alarm", value: 80 }] },
  });
});

test("places three charts a row, and no two things on one place", async () => {
  const charts = ["a", "b", "c", "d"].map(chart);
  const widgets: { x: number; y: number; width: number; height: number }[] = await widgetsOf([
    { title: "One", charts },
    { title: "Two", charts },
  ]);
  const cells = widgets.flatMap(({ height, width, x, y }) =>
    Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...widgets.map(({ width, x }) => x + width))).toBe(24);
});

test("refuses two sections of one title, and names that CloudWatch refuses", async () => {
  const twice = { title: "One", charts: [] };
  await expect(declare([twice, twice])).rejects.toThrow("test.sections: two sections share a title");
  await expect(declare([], "a b")).rejects.toThrow("a b: CloudWatch accepts no such name");
});

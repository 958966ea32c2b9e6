import { alarmScope } from "../../testing/alarm-scope.ts";
import { record } from "../../testing/mocks.ts";
import { AlarmGroup } from "./alarm-group.ts";
import { healthCheckDown } from "./health-check-down.ts";
import { highMemory } from "./high-memory.ts";
import { slowResponse } from "./slow-response.ts";

const metric = { namespace: "Thorbis", metricName: "Watched", dimensions: {} };

const declare = (withMembers = true) =>
  record(() => {
    const scope = alarmScope();
    const members = { ...scope, announce: "group" as const };
    const suppressor = healthCheckDown(scope, { subject: "web", healthy: metric });
    new AlarmGroup("web", {
      scope,
      subject: "web",
      suppressor,
      members: withMembers
        ? [
            highMemory(members, { subject: "web", memoryUsePercent: metric }),
            highMemory(members, { subject: "worker", memoryUsePercent: metric }),
            slowResponse(members, { subject: "web", responseTime: metric }),
          ]
        : [],
    });
  });

test("speaks once for each route, and not at all while the parent is down", async () => {
  const composites = (await declare()).ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm");
  expect(composites.map(({ inputs }) => [inputs.alarmName, inputs.alarmRule, inputs.alarmActions])).toEqual([
    [
      "thorbis-test/web/any-info",
      'ALARM("thorbis-test/web/slow-response")',
      ["arn:aws:sns:us-east-1:111111111111:info"],
    ],
    [
      "thorbis-test/web/any-warning",
      'ALARM("thorbis-test/web/high-memory") OR ALARM("thorbis-test/worker/high-memory")',
      ["arn:aws:sns:us-east-1:111111111111:warning"],
    ],
  ]);
  for (const { inputs, dependencies } of composites) {
    expect(inputs.actionsSuppressor).toEqual({
      alarm: "thorbis-test/web/health-check-down",
      waitPeriod: 180,
      extensionPeriod: 300,
    });
    expect(dependencies).toContain("thorbis-test/web/health-check-down");
  }
});

test("refuses a group without members", async () => {
  await expect(declare(false)).rejects.toMatchObject({
    message: "web.members: the group speaks for nobody",
    exitCode: 2,
  });
});

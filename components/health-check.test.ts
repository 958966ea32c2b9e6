import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { HealthCheck, type HealthCheckArgs } from "./health-check.ts";

const declare = (change: Partial<HealthCheckArgs> = {}) =>
  record(() => {
    const args = { subject: "site", host: "thorbis.com", path: "/api/health", ownership, alarms: alarmSettings };
    new HealthCheck("site-health", { ...args, ...change });
  });

test("asks over https from three continents, so that one broken line is no outage", async () => {
  expect((await declare()).only("aws:route53/healthCheck:HealthCheck").inputs).toMatchObject({
    type: "HTTPS",
    fqdn: "thorbis.com",
    resourcePath: "/api/health",
    port: 443,
    requestInterval: 30,
    failureThreshold: 3,
    regions: ["us-east-1", "eu-west-1", "ap-southeast-1"],
  });
});

test("wakes somebody where Route 53 measures", async () => {
  expect((await declare()).only("aws:cloudwatch/metricAlarm:MetricAlarm").inputs).toMatchObject({
    name: "thorbis-test/site/health-check-down",
    region: "us-east-1",
    dimensions: { HealthCheckId: expect.stringMatching(/^hc-/) },
  });
});

test("can ask for a text in the answer", async () => {
  const recording = await declare({ expectedText: '"status":"healthy"' });
  expect(recording.only("aws:route53/healthCheck:HealthCheck").inputs).toMatchObject({
    type: "HTTPS_STR_MATCH",
    searchString: '"status":"healthy"',
  });
});

test.each([
  [{ host: "localhost" }, 'site-health.host: "localhost" is no public host'],
  [{ host: "https://thorbis.com" }, 'site-health.host: "https://thorbis.com" is no public host'],
  [{ path: "api/health" }, 'site-health.path: "api/health" is no path'],
] satisfies [Partial<HealthCheckArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});

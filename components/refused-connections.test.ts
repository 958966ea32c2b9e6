import { record } from "../testing/mocks.ts";
import { RefusedConnections } from "./refused-connections.ts";

const declare = (databaseName: string) => () => {
  new RefusedConnections("thorbis-refusals", {
    logGroupName: "/aws/rds/cluster/main/postgresql",
    databaseName,
    metricName: "thorbis-production",
  });
};

test("counts what the server refuses on one database, and no session that ends", async () => {
  const { inputs } = (await record(declare("thorbis"))).only("aws:cloudwatch/logMetricFilter:LogMetricFilter");
  expect(inputs).toMatchObject({
    logGroupName: "/aws/rds/cluster/main/postgresql",
    pattern: '"@thorbis:" "FATAL:" -"terminating connection"',
    metricTransformation: { namespace: "Thorbis/ServerLog", name: "thorbis-production", value: "1", defaultValue: "0" },
  });
});

test("refuses a name that could end the pattern", async () => {
  await expect(record(declare('thorbis:" "'))).rejects.toMatchObject({
    message: 'thorbis-refusals.databaseName: "thorbis:" "" is no name that the log shows as it is',
    exitCode: 2,
  });
});

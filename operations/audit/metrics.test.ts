import { databaseMetrics } from "../../components/alarms/platform-metrics.ts";
import { METRICS, NAMESPACE } from "./metrics.ts";

it("publishes under the names that the database alarms watch", () => {
  const watched = databaseMetrics("thorbis-database", "production");
  const keys = Object.keys(METRICS) as (keyof typeof METRICS)[];
  for (const key of keys.filter((candidate): candidate is keyof typeof watched => candidate in watched)) {
    expect(watched[key]).toMatchObject({ namespace: NAMESPACE, metricName: METRICS[key].name });
    expect(watched[key].dimensions).toEqual({ Database: "thorbis-database", Environment: "production" });
  }
  expect(Object.keys(watched).filter((key) => !(key in METRICS))).toEqual([]);
});

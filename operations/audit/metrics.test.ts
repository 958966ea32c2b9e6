import { databaseMetrics } from "../../components/alarms/platform-metrics.ts";
import { METRICS, NAMESPACE } from "./metrics.ts";

it("publishes under the names that the database alarms watch", () => {
  const watched = databaseMetrics("thorbis-database", "production");
  for (const key of ["completedBackups", "verifiedBackups", "connections", "slowQueries", "cacheHitPercent"] as const) {
    expect(watched[key]).toMatchObject({ namespace: NAMESPACE, metricName: METRICS[key].name });
    expect(Object.keys(watched[key].dimensions).sort()).toEqual(["Database", "Environment"]);
  }
});

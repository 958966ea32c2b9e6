import { databasesOf } from "./databases.ts";
import type { Job } from "./job.ts";
import { cacheHits, connectionUse, deadRows, longRunning, slowQueries } from "./performance.ts";

export const weeklyPerformanceAnalysis: Job = {
  name: "weekly-performance-analysis",
  summary: "cache hits, connections, slow and long-running statements, dead rows",
  checks: ({ settings, measure }) =>
    databasesOf(settings).flatMap((database) => [
      cacheHits(database, measure),
      connectionUse(database, measure),
      slowQueries(database, measure),
      longRunning(database),
      deadRows(database),
    ]),
};

import { databasesOf } from "./databases.ts";
import type { Job } from "./job.ts";
import { cacheHits, connectionUse, deadRows, longRunning, slowQueries } from "./performance.ts";

export const weeklyPerformanceAnalysis: Job = {
  name: "weekly-performance-analysis",
  summary: "cache hits, connections, slow and long-running statements, dead rows",
  checks: ({ settings }) =>
    databasesOf(settings).flatMap((database) => [
      cacheHits(database),
      connectionUse(database),
      slowQueries(database),
      longRunning(database),
      deadRows(database),
    ]),
};

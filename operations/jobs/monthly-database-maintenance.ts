import { databasesOf } from "./databases.ts";
import type { Job } from "./job.ts";
import { bloatedIndexes, invalidIndexes, largestTables, unusedIndexes, vacuum } from "./maintenance.ts";

/** Slow statements are the weekly analysis' part: the migrator, who may vacuum, does not see those of others. */
export const monthlyDatabaseMaintenance: Job = {
  name: "monthly-database-maintenance",
  summary: "vacuum, analyse, rebuild broken and bloated indexes; report unused ones and the largest tables",
  window: { fromHour: 2, untilHour: 6 },
  checks: (context) =>
    databasesOf(context.settings).flatMap((database) => [
      vacuum(context, database),
      invalidIndexes(context, database),
      bloatedIndexes(context, database),
      unusedIndexes(database),
      largestTables(database),
    ]),
};

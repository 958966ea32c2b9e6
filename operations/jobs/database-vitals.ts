import { databasesOf } from "./databases.ts";
import type { Job } from "./job.ts";
import { vitals } from "./vitals.ts";

export const databaseVitals: Job = {
  name: "database-vitals",
  summary: "connections, refused ones, slow statements and cache hits of every database, for the alarms",
  checks: (context) => databasesOf(context.settings).map((database) => vitals(context, database)),
};

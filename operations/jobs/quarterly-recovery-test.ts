import { backedUpDatabases } from "./databases.ts";
import type { Job } from "./job.ts";
import { restoration } from "./restoration.ts";

export const quarterlyRecoveryTest: Job = {
  name: "quarterly-recovery-test",
  summary: "every database restored from the other region's backups, with both recovery times measured",
  checks: (context) => {
    const from = context.settings.backups?.replica === undefined ? "bucket" : "replica";
    return backedUpDatabases(context.settings).map((database) => restoration(context, database, from));
  },
};

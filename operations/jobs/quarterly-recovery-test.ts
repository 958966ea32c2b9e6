import { backedUpDatabases } from "./databases.ts";
import type { Job } from "./job.ts";
import { restoration } from "./restoration.ts";

export const quarterlyRecoveryTest: Job = {
  name: "quarterly-recovery-test",
  summary: "every database restored from its backup, with both recovery times measured",
  checks: (context) => backedUpDatabases(context.settings).map((database) => restoration(context, database)),
};

import { dependencyCheck } from "../verification/dependencies.ts";
import { headerCheck } from "../verification/headers.ts";
import { credentialChecks } from "./credentials.ts";
import { databasesOf } from "./databases.ts";
import { declaredEndpoints } from "./endpoints.ts";
import type { Job } from "./job.ts";

const SCORE_FLOOR = 90;

export const weeklySecurityScan: Job = {
  name: "weekly-security-scan",
  summary: "vulnerable dependencies, weak response headers, roles and grants that nobody should have",
  checks: ({ settings, now }) => [
    dependencyCheck(),
    ...declaredEndpoints(settings, (host) =>
      headerCheck({ url: `https://${host}/`, declared: {}, floor: SCORE_FLOOR }),
    ),
    ...databasesOf(settings).flatMap((database) => credentialChecks(database, now)),
  ],
};

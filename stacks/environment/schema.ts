import { z } from "zod";
import { apps } from "./apps.ts";
import { access, aws } from "./cloud.ts";
import { continuity, database, redis } from "./data.ts";
import { apis, cdn, featureFlags, rollout, security, vercel } from "./edge.ts";
import { field, origin, tiers } from "./fields.ts";
import { helpdesk } from "./helpdesk.ts";
import { budget, maintenance, monitoring, notifications } from "./operations.ts";

/** The shape of `thorbis:environment`. No key has a default: a stack file says everything that it decides. */
export const environmentSchema = z.strictObject({
  name: field(
    z.string().regex(/^[a-z][a-z0-9-]{1,15}$/, "is no environment name (2 to 16 lower-case letters, digits, hyphens)"),
    "the environment's name: the stack's",
    "staging",
  ),
  tier: field(z.enum(tiers), "how strict the rules for this environment are", "staging"),
  owner: field(z.string().min(2).max(64), "the team that answers for it", "platform"),
  costCenter: field(
    z.string().regex(/^[A-Z]{2}-\d{4}$/, "is no cost centre such as PL-1001"),
    "who pays for it",
    "PL-1001",
  ),
  domain: field(origin(), "where the platform is reached", "staging.thorbis.com"),
  aws,
  access,
  vercel,
  apps,
  apis,
  cdn,
  security,
  rollout,
  featureFlags,
  database,
  redis,
  continuity,
  monitoring,
  notifications,
  budget,
  maintenance,
  helpdesk,
  operatorSecrets: field(
    z.enum(["required", "local-examples"]),
    "what happens when an operator's secret is missing: refuse, or use the catalogue's local example (development only)",
    "required",
  ),
  variables: field(
    z.record(z.string(), z.string().min(1).max(4096)),
    "values of the variables that an operator supplies and that are no secrets; the names are in docs/variables.md",
    { NEXT_PUBLIC_SUPABASE_URL: "https://abcdefghijklmnopqrst.supabase.co" },
  ),
});

/** What a stack file holds once it has been judged right. */
export type EnvironmentValues = z.output<typeof environmentSchema>;

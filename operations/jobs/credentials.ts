import type pg from "pg";
import { withConnection } from "../database/connection.ts";
import { type Check, CheckFailed } from "../verification/check.ts";
import type { JobDatabase } from "./databases.ts";

/** Roles of the server's keeper: a managed server brings them and guards them itself. */
const managed = "^(pg_|rds|cloudsql|azure|supabase_admin$)";

async function names(client: pg.Client, sql: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql, values);
  return rows.map(({ name }) => name);
}

/** What gives more access to a database than anybody declared; no password is read for it. */
export function credentialChecks(database: JobDatabase, now: () => Date): Check[] {
  const check = (title: string, remedy: string, nothing: string, find: (client: pg.Client) => Promise<string[]>) => ({
    name: `${title} of ${database.name}`,
    remedy,
    async run() {
      const found = await withConnection(database.url, "security scan", find);
      if (found.length > 0) throw new CheckFailed(found.join(", "));
      return nothing;
    },
  });
  return [
    check(
      "expired credentials",
      "Remove the role's right to log in, or give it a new password and date: ./thorbis up replaces declared ones.",
      "no role can log in whose password has expired",
      (client) =>
        names(
          client,
          `SELECT format('%I (%s)', rolname, rolvaliduntil::date) AS name FROM pg_roles
            WHERE rolcanlogin AND rolvaliduntil < $1 AND rolname !~ $2 ORDER BY 1`,
          [now(), managed],
        ),
    ),
    check(
      "superusers",
      "Only the administrator may be one: ALTER ROLE name NOSUPERUSER, and find out who made it so.",
      "no superuser beside the server's own",
      // The role with the oid 10 is the one that the server was made with; it cannot be demoted.
      (client) =>
        names(
          client,
          "SELECT rolname AS name FROM pg_roles WHERE rolsuper AND oid <> 10 AND rolname !~ $1 ORDER BY 1",
          [managed],
        ),
    ),
    check(
      "open schemas",
      "REVOKE CREATE ON SCHEMA public FROM PUBLIC: whoever may create there can put itself before our functions.",
      "nobody but the owners may create objects",
      (client) =>
        names(
          client,
          `SELECT format('%I', nspname) AS name FROM pg_namespace,
                  LATERAL aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS acl
            WHERE acl.grantee = 0 AND acl.privilege_type = 'CREATE' AND nspname !~ '^pg_' ORDER BY 1`,
        ),
    ),
    check(
      "public grants",
      "REVOKE the right FROM PUBLIC and grant it to the role that needs it.",
      "no table is open to every role",
      (client) =>
        names(
          client,
          `SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) AS acl
            WHERE acl.grantee = 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              -- An extension's own views are the extension's decision.
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1`,
        ),
    ),
  ];
}

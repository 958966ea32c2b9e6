import type pg from "pg";

/**
 * What each login role may do with each table, view and sequence, one line a pair: `role schema.name SELECT INSERT`.
 * It is recorded with a set and compared after a restore: a restore that loses a REVOKE is a leak, not a success.
 */
export async function readAccess(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT format('%I %I.%I', r.rolname, n.nspname, c.relname)
            || CASE WHEN has_schema_privilege(r.oid, n.oid, 'USAGE') THEN '' ELSE ' (schema closed)' END
            || CASE WHEN c.relkind = 'S' THEN
                 CASE WHEN has_sequence_privilege(r.oid, c.oid, 'USAGE') THEN ' USAGE' ELSE '' END
               ELSE
                 CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN ' SELECT' ELSE '' END
                 || CASE WHEN has_table_privilege(r.oid, c.oid, 'INSERT') THEN ' INSERT' ELSE '' END
                 || CASE WHEN has_table_privilege(r.oid, c.oid, 'UPDATE') THEN ' UPDATE' ELSE '' END
                 || CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN ' DELETE' ELSE '' END
                 || CASE WHEN has_table_privilege(r.oid, c.oid, 'TRUNCATE') THEN ' TRUNCATE' ELSE '' END
               END AS line
       FROM pg_roles r
       CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE r.rolcanlogin AND NOT r.rolsuper AND r.rolname !~ '^(pg_|rds)'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`,
  );
  return rows.map(({ line }) => line).sort();
}

import type pg from "pg";
import { parseStatements, type Statement } from "../migrations/statements.ts";

/**
 * Creates the roles of a set that the server lacks, with their attributes and memberships. A role that exists already
 * is left as it is: its password and rights belong to the server, not to an older backup.
 *
 * @param script pg_dumpall's output
 * @returns the created roles
 */
export async function restoreRoles(client: pg.ClientBase, script: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("SELECT rolname AS name FROM pg_roles");
  const existing = new Set(rows.map(({ name }) => name));
  // psql's own commands (\restrict of newer versions) are not SQL.
  const statements = await parseStatements(script.replace(/^\\.*$/gm, ""), 1);
  const created = new Set(
    statements.map(createdRole).filter((name): name is string => name !== undefined && !existing.has(name)),
  );
  for (const statement of statements) {
    if (concernedRoles(statement).some((role) => created.has(role))) await client.query(portable(statement));
  }
  return [...created].sort();
}

function createdRole({ node }: Statement): string | undefined {
  return "CreateRoleStmt" in node ? node.CreateRoleStmt.role : undefined;
}

function concernedRoles({ node }: Statement): string[] {
  if ("CreateRoleStmt" in node) return [node.CreateRoleStmt.role ?? ""];
  if ("AlterRoleStmt" in node) return [node.AlterRoleStmt.role?.rolename ?? ""];
  if ("AlterRoleSetStmt" in node) return [node.AlterRoleSetStmt.role?.rolename ?? ""];
  if ("GrantRoleStmt" in node) {
    const granted = (node.GrantRoleStmt.granted_roles ?? []).map((role) =>
      "AccessPriv" in role ? (role.AccessPriv.priv_name ?? "") : "",
    );
    const grantees = (node.GrantRoleStmt.grantee_roles ?? []).map((role) =>
      "RoleSpec" in role ? (role.RoleSpec.rolename ?? "") : "",
    );
    return [...granted, ...grantees];
  }
  return [];
}

/** Only a superuser may even say NOSUPERUSER, which is what a new role is anyway; and the old grantor may not exist. */
function portable({ sql, node }: Statement): string {
  if ("AlterRoleStmt" in node) return sql.replace(/ (NOSUPERUSER|NOREPLICATION|NOBYPASSRLS)\b/g, "");
  if ("GrantRoleStmt" in node) return sql.replace(/ GRANTED BY \S+$/, "");
  return sql;
}

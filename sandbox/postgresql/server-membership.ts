/** What a user who is no superuser needs before he may change another's objects: membership in the owner's role. */
import { identifier, type Session } from "./server.ts";

const PUBLIC = "public";

/** Makes concurrent changes of one role wait for each other, as the provider does. */
export async function lockRole(session: Session, role: string): Promise<void> {
  await session.run("set local statement_timeout = 0");
  await session.run("select pg_advisory_xact_lock(oid::bigint) from pg_roles where rolname = $1", [role]);
}

export async function roleExists(session: Session, role: string): Promise<boolean> {
  if (role === PUBLIC) return true;
  return (await session.rows("select 1 from pg_roles where rolname = $1", [role])).length > 0;
}

/** The role's OID, by which access lists name it; 0 is everybody. */
export async function roleOid(session: Session, role: string): Promise<number> {
  if (role === PUBLIC) return 0;
  const [row] = await session.rows<{ oid: number }>("select oid::int from pg_roles where rolname = $1", [role]);
  return row?.oid ?? -1;
}

/** The role as it stands in a statement. */
export const grantee = (role: string): string => (role === PUBLIC ? "PUBLIC" : identifier(role));

/**
 * Runs `work` while the configured user is a member of `roles`. A membership that was not there before is taken back;
 * one that stands in the way, because memberships may not form a circle, is suspended.
 */
export async function asMemberOf<T>(session: Session, roles: readonly string[], work: () => Promise<T>): Promise<T> {
  if (await isSuperuser(session, session.user)) return work();
  const undo: string[] = [];
  for (const role of new Set(roles)) {
    if (role === session.user || (await isSuperuser(session, role))) continue;
    if (await isMember(session, session.user, role)) {
      await session.run(`revoke ${identifier(session.user)} from ${identifier(role)}`);
      undo.unshift(`grant ${identifier(session.user)} to ${identifier(role)}`);
    }
    if (await isMember(session, role, session.user)) continue;
    await session.run(`grant ${identifier(role)} to ${identifier(session.user)}`);
    undo.unshift(`revoke ${identifier(role)} from ${identifier(session.user)}`);
  }
  const result = await work();
  for (const statement of undo) await session.run(statement);
  return result;
}

async function isSuperuser(session: Session, role: string): Promise<boolean> {
  const [row] = await session.rows<{ rolsuper: boolean }>("select rolsuper from pg_roles where rolname = $1", [role]);
  return row?.rolsuper ?? false;
}

async function isMember(session: Session, role: string, member: string): Promise<boolean> {
  // From version 16 on a membership may be without the right to act as the role.
  const usable = session.version >= 160_000 ? " and set_option" : "";
  const sql = `select 1 from pg_auth_members where pg_get_userbyid(roleid) = $1 and pg_get_userbyid(member) = $2${usable}`;
  return (await session.rows(sql, [role, member])).length > 0;
}

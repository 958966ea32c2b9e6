/** What a managed server lets its master user do, who is no superuser, and a plain one lets only a superuser do. */
import type { BackedResource } from "../backing.ts";
import { type Server, ServerRefusal, type Session } from "./server.ts";
import { databaseOf } from "./server-lookup.ts";

const INSUFFICIENT_PRIVILEGE = "42501";

/** True where the configured user may do such things on a managed server. */
export type Entitlement = (session: Session) => Promise<boolean>;

/** Whoever may create in the database may install an extension or register a foreign server there. */
export const mayCreate: Entitlement = async (session) => {
  const [row] = await session.rows<{ may: boolean }>(
    "select has_database_privilege(current_database(), 'CREATE') as may",
  );
  return row?.may ?? false;
};

/** Replication belongs to the master user, who is known by his group. */
export const isMaster: Entitlement = async (session) => {
  const [row] = await session.rows<{ may: boolean }>(
    `select exists (select 1 from pg_roles g join pg_auth_members m on m.roleid = g.oid
      where g.rolname = 'rds_superuser' and pg_get_userbyid(m.member) = session_user) as may`,
  );
  return row?.may ?? false;
};

/**
 * Runs `work` as the configured user, and once more as the server's superuser where the first was refused for want of
 * rights that a managed server gives. `user` is always the configured one.
 */
export async function asManaged<T>(
  server: Server,
  resource: BackedResource,
  entitled: Entitlement,
  work: (session: Session, user: string) => Promise<T>,
): Promise<T> {
  const database = databaseOf(resource);
  let user = "";
  try {
    return await server.transaction(resource.configuration, database, (session) => {
      user = session.user;
      return work(session, user);
    });
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.state !== INSUFFICIENT_PRIVILEGE) throw error;
    if (!(await server.plain(resource.configuration, database, entitled))) throw error;
    return server.privileged(database, (session) => work(session, user));
  }
}

import type { Backing } from "../backing.ts";
import { openServer, ServerRefusal } from "../postgresql/server.ts";
import { serverDatabase } from "../postgresql/server-database.ts";
import { serverDefaultPrivileges } from "../postgresql/server-default-privileges.ts";
import { serverExtension } from "../postgresql/server-extension.ts";
import { serverFunction } from "../postgresql/server-function.ts";
import { serverGrant } from "../postgresql/server-grant.ts";
import { serverGrantRole } from "../postgresql/server-grant-role.ts";
import { serverRole } from "../postgresql/server-role.ts";
import { serverSchema } from "../postgresql/server-schema.ts";
import type { ServerType } from "../postgresql/server-type.ts";
import type { ClusterConnection } from "../services/postgres/connection.ts";

/** The types that truly exist on the server. The others (replication, foreign servers, labels) are in the table only. */
const TYPES: Record<string, ServerType> = {
  "postgresql:index/database:Database": serverDatabase,
  "postgresql:index/defaultPrivileg:DefaultPrivileg": serverDefaultPrivileges,
  "postgresql:index/defaultPrivileges:DefaultPrivileges": serverDefaultPrivileges,
  "postgresql:index/extension:Extension": serverExtension,
  "postgresql:index/function:Function": serverFunction,
  "postgresql:index/grant:Grant": serverGrant,
  "postgresql:index/grantRole:GrantRole": serverGrantRole,
  "postgresql:index/role:Role": serverRole,
  "postgresql:index/schema:Schema": serverSchema,
};

/**
 * Makes the resources of the `postgresql` package true on a cluster, whatever host the provider is configured with.
 * `connect` is called with the first operation: a run that declares no database needs no server.
 */
export function postgresqlBacking(connect: () => ClusterConnection): Backing {
  let server: ReturnType<typeof openServer> | undefined;
  const open = () => {
    server ??= openServer(connect());
    return server;
  };
  return {
    handles: (type) => type in TYPES,
    judges: true,
    create: (resource) => typeOf(resource.type).create(open(), resource),
    update: (resource) => typeOf(resource.type).update(open(), resource),
    read: (resource) => typeOf(resource.type).read(open(), resource),
    delete: (resource) => typeOf(resource.type).delete(open(), resource),
    async close() {
      await server?.close();
      server = undefined;
    },
  };
}

function typeOf(token: string): ServerType {
  const type = TYPES[token];
  if (!type) throw new ServerRefusal(`no server type for ${token}`);
  return type;
}

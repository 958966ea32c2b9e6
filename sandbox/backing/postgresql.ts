import type { Backing } from "../backing.ts";
import { openServer, ServerRefusal } from "../postgresql/server.ts";
import { serverDatabase } from "../postgresql/server-database.ts";
import { serverDefaultPrivileges } from "../postgresql/server-default-privileges.ts";
import { serverExtension } from "../postgresql/server-extension.ts";
import { serverForeignServer } from "../postgresql/server-foreign-server.ts";
import { serverFunction } from "../postgresql/server-function.ts";
import { serverGrant } from "../postgresql/server-grant.ts";
import { serverGrantRole } from "../postgresql/server-grant-role.ts";
import { serverPublication } from "../postgresql/server-publication.ts";
import { serverLogicalSlot, serverPhysicalSlot } from "../postgresql/server-replication-slot.ts";
import { serverRole } from "../postgresql/server-role.ts";
import { serverSchema } from "../postgresql/server-schema.ts";
import { serverSecurityLabel } from "../postgresql/server-security-label.ts";
import { serverSubscription } from "../postgresql/server-subscription.ts";
import type { ServerType } from "../postgresql/server-type.ts";
import { serverUserMapping } from "../postgresql/server-user-mapping.ts";
import type { ClusterConnection } from "../services/postgres/connection.ts";

/** Every type of the package truly exists on the server. */
const TYPES: Record<string, ServerType> = {
  "postgresql:index/database:Database": serverDatabase,
  "postgresql:index/defaultPrivileg:DefaultPrivileg": serverDefaultPrivileges,
  "postgresql:index/defaultPrivileges:DefaultPrivileges": serverDefaultPrivileges,
  "postgresql:index/extension:Extension": serverExtension,
  "postgresql:index/function:Function": serverFunction,
  "postgresql:index/grant:Grant": serverGrant,
  "postgresql:index/grantRole:GrantRole": serverGrantRole,
  "postgresql:index/physicalReplicationSlot:PhysicalReplicationSlot": serverPhysicalSlot,
  "postgresql:index/publication:Publication": serverPublication,
  "postgresql:index/replicationSlot:ReplicationSlot": serverLogicalSlot,
  "postgresql:index/role:Role": serverRole,
  "postgresql:index/schema:Schema": serverSchema,
  "postgresql:index/securityLabel:SecurityLabel": serverSecurityLabel,
  "postgresql:index/server:Server": serverForeignServer,
  "postgresql:index/subscription:Subscription": serverSubscription,
  "postgresql:index/userMapping:UserMapping": serverUserMapping,
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

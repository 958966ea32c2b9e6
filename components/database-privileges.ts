import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { type DatabaseRole, loginRoles } from "./database-roles.ts";

export interface DatabasePrivilegesArgs {
  readonly database: postgresql.Database;
  readonly schema: postgresql.Schema;
  readonly roles: Readonly<Record<DatabaseRole, postgresql.Role>>;
}

type Make = (opts: pulumi.CustomResourceOptions) => pulumi.Resource;

/** What the application may do with what migrations make, by kind of object. */
const applicationPrivileges = {
  table: ["SELECT", "INSERT", "UPDATE", "DELETE"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
} as const;

const readonlyPrivileges = { table: ["SELECT"], sequence: ["SELECT"] } as const;

/**
 * Grants and default privileges, one after the other: Postgres answers `tuple concurrently updated`
 * when two sessions change the rights on one object.
 *
 * @returns the last link, for whatever must wait until all rights are in place
 */
export function declarePrivileges(
  name: string,
  args: DatabasePrivilegesArgs,
  after: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  let last = [...after];
  for (const make of [...grants(name, args), ...defaults(name, args)]) {
    last = [make({ ...opts, dependsOn: last })];
  }
  return last;
}

function grants(name: string, { database, schema, roles }: DatabasePrivilegesArgs): Make[] {
  const grant =
    (suffix: string, args: Omit<postgresql.GrantArgs, "database">): Make =>
    (opts) =>
      new postgresql.Grant(`${name}-grant-${suffix}`, { database: database.name, ...args }, opts);
  const onSchema = (role: DatabaseRole, objectType: string, privileges: readonly string[]) =>
    grant(`${objectType}-${role}`, {
      role: roles[role].name,
      schema: schema.name,
      objectType,
      privileges: [...privileges],
    });
  return [
    // Without this every role of the server may connect.
    grant("public", { role: "public", objectType: "database", privileges: [] }),
    ...loginRoles.map((role) =>
      grant(`connect-${role}`, { role: roles[role].name, objectType: "database", privileges: ["CONNECT"] }),
    ),
    grant("schema-public", { role: "public", schema: schema.name, objectType: "schema", privileges: [] }),
    ...(["application", "readonly", "monitoring"] as const).map((role) => onSchema(role, "schema", ["USAGE"])),
    // Not on functions: those of extensions belong to the server, which lets nobody else give rights on them, and a
    // grant on all of them would be refused. The product's own functions come with the default privileges.
    ...Object.entries({ table: applicationPrivileges.table, sequence: applicationPrivileges.sequence }).map(
      ([kind, privileges]) => onSchema("application", kind, privileges),
    ),
    ...Object.entries(readonlyPrivileges).map(([kind, privileges]) => onSchema("readonly", kind, privileges)),
  ];
}

function defaults(name: string, { database, schema, roles }: DatabasePrivilegesArgs): Make[] {
  const future =
    (role: DatabaseRole, objectType: string, privileges: readonly string[]): Make =>
    (opts) =>
      new postgresql.DefaultPrivileges(
        `${name}-default-${objectType}-${role}`,
        {
          database: database.name,
          schema: schema.name,
          owner: roles.owner.name,
          role: roles[role].name,
          objectType,
          privileges: [...privileges],
        },
        opts,
      );
  return [
    ...Object.entries(applicationPrivileges).map(([kind, privileges]) => future("application", kind, privileges)),
    ...Object.entries(readonlyPrivileges).map(([kind, privileges]) => future("readonly", kind, privileges)),
  ];
}

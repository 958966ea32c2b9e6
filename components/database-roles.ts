import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";

/** Who works with a database. `owner` never logs in: what migrations make belongs to it, whoever runs them. */
export const databaseRoles = ["owner", "migrator", "application", "readonly", "backup", "monitoring"] as const;

export type DatabaseRole = (typeof databaseRoles)[number];

export type LoginRole = Exclude<DatabaseRole, "owner">;

export const loginRoles = databaseRoles.filter((role): role is LoginRole => role !== "owner");

/** Connections by role; together they are what the database allows. */
export type ConnectionLimits = Readonly<Record<LoginRole, number>>;

export interface DatabaseRolesArgs {
  readonly databaseName: string;
  readonly passwords: Readonly<Record<LoginRole, pulumi.Input<string>>>;
  readonly limits: ConnectionLimits;
  /** After which the application's statements are stopped. */
  readonly statementTimeoutMilliseconds: number;
}

/** Milliseconds after which an open transaction that does nothing is ended: it would hold its locks for ever. */
const idleInTransactionMilliseconds = 60_000;

/** The roles of one database, `<database>_<role>`, each with no more than its work needs. */
export function declareRoles(
  name: string,
  args: DatabaseRolesArgs,
  opts: pulumi.CustomResourceOptions,
): Readonly<Record<DatabaseRole, postgresql.Role>> {
  const owner = new postgresql.Role(
    `${name}-role-owner`,
    { name: roleName(args.databaseName, "owner"), login: false },
    opts,
  );
  const login = (role: LoginRole, more: Partial<postgresql.RoleArgs>) =>
    new postgresql.Role(
      `${name}-role-${role}`,
      {
        name: roleName(args.databaseName, role),
        login: true,
        password: args.passwords[role],
        connectionLimit: args.limits[role],
        ...more,
      },
      opts,
    );
  const timeouts = {
    statementTimeout: args.statementTimeoutMilliseconds,
    idleInTransactionSessionTimeout: idleInTransactionMilliseconds,
  };
  // Memberships stand on the role itself: the provider takes away every other one when it next updates the role.
  return {
    owner,
    // Becomes the owner at log-in, so that default privileges hold for everything that a migration makes.
    migrator: login("migrator", { assumeRole: owner.name, roles: [owner.name] }),
    application: login("application", timeouts),
    readonly: login("readonly", timeouts),
    // Reads everything, row-level security aside, and can change nothing.
    backup: login("backup", { roles: ["pg_read_all_data"] }),
    monitoring: login("monitoring", { ...timeouts, roles: ["pg_monitor"] }),
  };
}

export function roleName(databaseName: string, role: DatabaseRole): string {
  return `${databaseName}_${role}`;
}

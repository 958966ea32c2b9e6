import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { declarePrivileges } from "./database-privileges.ts";
import { type ConnectionLimits, declareRoles, type LoginRole, loginRoles, roleName } from "./database-roles.ts";
import { GeneratedSecrets } from "./generated-secrets.ts";
import { demand } from "./invalid-argument.ts";

export interface DatabaseArgs {
  /** The database's name, and the prefix of its roles: letters, digits and underscores. */
  readonly databaseName: string;
  /** The role that the provider logs in with; it is made a member of the owner, or its grants would change nothing. */
  readonly administrator: pulumi.Input<string>;
  /** Where clients reach the writer. */
  readonly host: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
  /** Where clients reach the readers. @default none: reading happens at the writer */
  readonly readerHost?: pulumi.Input<string>;
  /** Whether clients must use TLS. */
  readonly tls: boolean;
  /** Connections that one process of the product keeps open. */
  readonly poolSize: number;
  /** Processes that may each hold a pool. */
  readonly processes: number;
  /** How many of them hold another one at the readers. @default all */
  readonly readingProcesses?: number;
  /** @default 30000 */
  readonly statementTimeoutMilliseconds?: number;
  /** @default pg_stat_statements, which the slow-query checks read */
  readonly extensions?: readonly string[];
  readonly dataProtection: DataProtection;
}

/** One product's database: its roles with generated passwords, its rights, its extensions and its limits. */
export class Database extends pulumi.ComponentResource {
  readonly databaseName: pulumi.Output<string>;
  /** How many connections the database allows, all roles together. */
  readonly connectionLimit: number;
  /** Connection strings by role, secret; the read-only role's leads to the readers. */
  readonly urls: Readonly<Record<LoginRole, pulumi.Output<string>>>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:database:Database", name, {}, opts);
    const child = { parent: this };
    const { databaseName, dataProtection } = args;
    const limits = connectionLimits(args);
    this.connectionLimit = total(limits);

    const passwords = generatePasswords(`${name}-passwords`, dataProtection, child);
    const roles = declareRoles(
      name,
      { databaseName, passwords, limits, statementTimeoutMilliseconds: args.statementTimeoutMilliseconds ?? 30_000 },
      child,
    );
    const administration = new postgresql.GrantRole(
      `${name}-member-administrator`,
      { role: args.administrator, grantRole: roles.owner.name },
      child,
    );
    const database = new postgresql.Database(
      `${name}-database`,
      { name: databaseName, owner: roles.owner.name, encoding: "UTF8", connectionLimit: this.connectionLimit },
      // The administrator may drop the database only while it belongs to the owner's members, and a role only when
      // nothing in the database depends on it any more: the database goes before both.
      pulumi.mergeOptions(dataOptions(dataProtection), {
        ...child,
        dependsOn: [administration, ...Object.values(roles)],
      }),
    );
    // What lies inside the database goes with it: revoking right after right before a drop would only take time.
    const inside = { ...child, deletedWith: database };
    const schema = new postgresql.Schema(
      `${name}-schema`,
      { database: database.name, name: "public", owner: roles.owner.name },
      inside,
    );
    const extensions = (args.extensions ?? ["pg_stat_statements"]).map(
      (extension) =>
        new postgresql.Extension(
          `${name}-extension-${extension}`,
          { database: database.name, name: extension, schema: schema.name },
          { ...inside, dependsOn: [administration, schema] },
        ),
    );
    const rights = declarePrivileges(
      name,
      { database, schema, roles },
      [administration, schema, ...extensions],
      inside,
    );

    this.databaseName = database.name;
    this.urls = connectionStrings(args, passwords, rights);
    this.registerOutputs({ databaseName: this.databaseName });
  }
}

/** The database's limit is the sum of its roles', so that no role can starve another. */
function connectionLimits({ poolSize, processes, readingProcesses = processes }: DatabaseArgs): ConnectionLimits {
  return {
    application: poolSize * processes,
    readonly: poolSize * readingProcesses,
    migrator: 5,
    // A parallel dump holds one connection a job, and one that leads them.
    backup: 9,
    monitoring: 5,
  };
}

function total(limits: ConnectionLimits): number {
  return Object.values(limits).reduce((sum, limit) => sum + limit, 0);
}

function generatePasswords(
  name: string,
  dataProtection: DataProtection,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<LoginRole, pulumi.Output<string>>> {
  const lengths = Object.fromEntries(loginRoles.map((role) => [role, 40]));
  const { values } = new GeneratedSecrets(name, { lengths, dataProtection }, opts);
  const of = (role: LoginRole) => pulumi.secret(values[role] ?? "");
  return {
    migrator: of("migrator"),
    application: of("application"),
    readonly: of("readonly"),
    backup: of("backup"),
    monitoring: of("monitoring"),
  };
}

/** A connection string waits for the rights: whoever is given one can use it. */
function connectionStrings(
  { databaseName, host, port, readerHost, tls }: DatabaseArgs,
  passwords: Readonly<Record<LoginRole, pulumi.Output<string>>>,
  rights: readonly pulumi.Resource[],
): Readonly<Record<LoginRole, pulumi.Output<string>>> {
  const ready = pulumi.all(rights.map((right) => right.urn));
  const of = (role: LoginRole, server: pulumi.Input<string>) =>
    pulumi.secret(
      pulumi
        .all([ready, passwords[role], server, port])
        .apply(
          ([, password, at, where]) =>
            `postgresql://${roleName(databaseName, role)}:${password}@${at}:${where}/${databaseName}${tls ? "?sslmode=require" : ""}`,
        ),
    );
  return {
    migrator: of("migrator", host),
    application: of("application", host),
    readonly: of("readonly", readerHost ?? host),
    // A dump from a replica is cancelled when it falls behind the writer.
    backup: of("backup", host),
    monitoring: of("monitoring", host),
  };
}

function validate(
  name: string,
  { databaseName, poolSize, processes, readingProcesses = processes }: DatabaseArgs,
): void {
  demand(
    /^[a-z][a-z0-9_]{0,40}$/.test(databaseName),
    `${name}.databaseName`,
    `"${databaseName}" is no database name that needs no quotes`,
    "Begin with a letter, and use lower-case letters, digits and underscores.",
  );
  for (const [key, value] of Object.entries({ poolSize, processes, readingProcesses })) {
    demand(
      Number.isInteger(value) && value > 0,
      `${name}.${key}`,
      `${value} is no number of connections`,
      "Write 1 or more.",
    );
  }
}

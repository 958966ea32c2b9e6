import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, type Server, ServerRefusal, type Session } from "./server.ts";
import { databaseExists, databaseOf, schemaExists, schemaOwners } from "./server-lookup.ts";
import { asMemberOf, grantee, lockRole, roleExists, roleOid } from "./server-membership.ts";
import { requirePrivileges, samePrivileges } from "./server-privileges.ts";
import { flag, type ServerType, text, texts } from "./server-type.ts";

/** Kinds of objects that belong to no schema. */
const OUTSIDE_SCHEMAS = new Set(["database", "foreign_data_wrapper", "foreign_server"]);

export const serverGrant: ServerType = {
  create: (server, resource) => apply(server, resource, resource.inputs),
  update: (server, resource) => apply(server, resource, resource.oldOutputs),

  async read(server, resource) {
    if (!(await databaseExists(server, resource))) return undefined;
    return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const { outputs } = resource;
      if (!(await roleExists(session, text(outputs, "role")))) return undefined;
      if (
        !OUTSIDE_SCHEMAS.has(text(outputs, "objectType")) &&
        !(await schemaExists(session, text(outputs, "schema")))
      ) {
        return undefined;
      }
      return deviation(session, outputs);
    });
  },

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const { outputs } = resource;
      if (!(await roleExists(session, text(outputs, "role")))) return;
      await lock(session, outputs);
      await asMemberOf(session, await owners(session, outputs), () => session.run(revocation(outputs)));
    });
  },
};

/** Everything is revoked before the grant, in one transaction: only so do privileges become fewer. */
async function apply(server: Server, resource: BackedResource, previous: PropertyMap): Promise<PropertyMap> {
  const { inputs } = resource;
  return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
    validate(inputs, session.version);
    await lock(session, inputs);
    await asMemberOf(session, await owners(session, inputs), async () => {
      await session.run(revocation({ ...inputs, privileges: previous.privileges ?? [] }));
      const privileges = texts(inputs, "privileges");
      if (privileges.length === 0) return;
      const option = flag(inputs, "withGrantOption") ? " with grant option" : "";
      await session.run(`grant ${privileges.join(",")} ${target(inputs)} to ${grantee(text(inputs, "role"))}${option}`);
    });
    return deviation(session, inputs);
  });
}

function validate(inputs: PropertyMap, version: number): void {
  const type = text(inputs, "objectType");
  const objects = texts(inputs, "objects").length;
  const columns = texts(inputs, "columns").length;
  const privileges = texts(inputs, "privileges");
  const refuse = (message: string): never => {
    throw new ServerRefusal(message);
  };
  if (text(inputs, "schema") === "" && !OUTSIDE_SCHEMAS.has(type)) {
    refuse("parameter 'schema' is mandatory for postgresql_grant resource");
  }
  if (objects > 0 && (type === "database" || type === "schema")) {
    refuse("cannot specify `objects` when `object_type` is `database` or `schema`");
  }
  if (columns > 0 && type !== "column") refuse("cannot specify `columns` when `object_type` is not `column`");
  if (type === "column") {
    if (columns === 0) refuse("must specify `columns` when `object_type` is `column`");
    if (privileges.length !== 1) refuse("must specify exactly 1 `privileges` when `object_type` is `column`");
    if (objects !== 1) refuse("must specify exactly 1 table in the `objects` field when `object_type` is `column`");
  }
  if (objects !== 1 && (type === "foreign_data_wrapper" || type === "foreign_server")) {
    refuse(
      "one element must be specified in `objects` when `object_type` is `foreign_data_wrapper` or `foreign_server`",
    );
  }
  requirePrivileges(type, privileges, version);
}

async function lock(session: Session, properties: PropertyMap): Promise<void> {
  await lockRole(session, text(properties, "role"));
  if (text(properties, "objectType") !== "database") return;
  await session.run("select pg_advisory_xact_lock(oid::bigint) from pg_database where datname = $1", [
    text(properties, "database"),
  ]);
}

async function owners(session: Session, properties: PropertyMap): Promise<string[]> {
  const type = text(properties, "objectType");
  return OUTSIDE_SCHEMAS.has(type) ? [] : schemaOwners(session, text(properties, "schema"), type !== "schema");
}

/** `on …`, and before it the columns where there are some. */
function target(properties: PropertyMap): string {
  const type = text(properties, "objectType");
  const schema = text(properties, "schema");
  const objects = texts(properties, "objects");
  const [first = ""] = objects;
  switch (type) {
    case "database":
      return `on database ${identifier(text(properties, "database"))}`;
    case "schema":
      return `on schema ${identifier(schema)}`;
    case "foreign_data_wrapper":
      return `on foreign data wrapper ${identifier(first)}`;
    case "foreign_server":
      return `on foreign server ${identifier(first)}`;
    case "column":
      return `(${texts(properties, "columns").map(identifier).join(",")}) on table ${qualified(schema, first)}`;
    default:
      if (objects.length === 0) return `on all ${type}s in schema ${identifier(schema)}`;
      return `on ${type} ${objects.map((object) => qualified(schema, object)).join(",")}`;
  }
}

function revocation(properties: PropertyMap): string {
  const type = text(properties, "objectType");
  const privileges = texts(properties, "privileges");
  const single =
    type === "column" ||
    (texts(properties, "objects").length > 0 && privileges.length > 0 && !OUTSIDE_SCHEMAS.has(type));
  if (type === "column" && privileges.length === 0) return "select null";
  // On single objects only what was granted is revoked, so that grants on their columns stay.
  const what = single ? privileges.join(",") : "all privileges";
  return `revoke ${what} ${target(properties)} from ${grantee(text(properties, "role"))}`;
}

/** A function may be named with the types of its arguments, which are no part of the name. */
function qualified(schema: string, object: string): string {
  const at = object.indexOf("(");
  const [name, signature] = at < 0 ? [object, ""] : [object.slice(0, at), object.slice(at)];
  return `${identifier(schema)}.${identifier(name)}${signature}`;
}

/** The privileges of the first object that has not exactly the wanted ones; nothing when all have them. */
async function deviation(session: Session, properties: PropertyMap): Promise<PropertyMap> {
  const type = text(properties, "objectType");
  const wanted = texts(properties, "privileges");
  const selected = new Set(texts(properties, "objects").map((object) => object.split("(")[0]));
  for (const { name, privileges } of await granted(session, properties)) {
    if (selected.size > 0 && !selected.has(name)) continue;
    if (!samePrivileges(type, wanted, privileges, session.version))
      return { privileges: [...new Set(privileges)].sort() };
  }
  return {};
}

interface Granted {
  name: string;
  privileges: string[];
}

async function granted(session: Session, properties: PropertyMap): Promise<Granted[]> {
  const oid = await roleOid(session, text(properties, "role"));
  const [object = ""] = texts(properties, "objects");
  const held = (from: string, list: string, where: string, name: string) =>
    session.rows<Granted>(
      `select $2::text as name, array(select privilege_type from ${from}, aclexplode(${list}) a where ${where} = $2 and a.grantee = $1) as privileges`,
      [oid, name],
    );
  const each = (from: string, name: string, list: string, where: string) =>
    session.rows<Granted>(
      `select ${name}::text as name,
              array(select privilege_type from aclexplode(${list}) a where a.grantee = $1) as privileges
         from ${from} where nspname = $2 and ${where} order by 1`,
      [oid, text(properties, "schema")],
    );
  switch (text(properties, "objectType")) {
    case "database":
      return held("pg_database", "datacl", "datname", text(properties, "database"));
    case "schema":
      return held("pg_namespace", "nspacl", "nspname", text(properties, "schema"));
    case "foreign_data_wrapper":
      return held("pg_foreign_data_wrapper", "fdwacl", "fdwname", object);
    case "foreign_server":
      return held("pg_foreign_server", "srvacl", "srvname", object);
    case "function":
    case "procedure":
    case "routine":
      return each("pg_proc join pg_namespace n on n.oid = pronamespace", "proname", "proacl", "true");
    case "column":
      return columnPrivileges(session, properties, oid);
    case "sequence":
      return each("pg_class join pg_namespace n on n.oid = relnamespace", "relname", "relacl", "relkind = 'S'");
    default:
      return each("pg_class join pg_namespace n on n.oid = relnamespace", "relname", "relacl", "relkind = 'r'");
  }
}

async function columnPrivileges(session: Session, properties: PropertyMap, oid: number): Promise<Granted[]> {
  const [table = ""] = texts(properties, "objects");
  const [privilege = ""] = texts(properties, "privileges");
  return session.rows<Granted>(
    `select c.relname::text as name,
            array(select privilege_type from aclexplode(attacl) a where a.grantee = $1 and a.privilege_type = $4) as privileges
       from pg_attribute join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $2 and c.relname = $3 and attname = any($5)`,
    [oid, text(properties, "schema"), table, privilege, texts(properties, "columns")],
  );
}

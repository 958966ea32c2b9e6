import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, type Server, ServerRefusal, type Session } from "./server.ts";
import { databaseExists, databaseOf, schemaExists } from "./server-lookup.ts";
import { asMemberOf, grantee, lockRole, roleExists, roleOid } from "./server-membership.ts";
import { requirePrivileges, samePrivileges } from "./server-privileges.ts";
import { flag, optionalText, type ServerType, text, texts } from "./server-type.ts";

/** How the catalogue of default privileges names the kinds of objects. */
const KINDS: Record<string, string> = {
  table: "r",
  sequence: "S",
  function: "f",
  routine: "f",
  type: "T",
  schema: "n",
};

export const serverDefaultPrivileges: ServerType = {
  create: apply,
  update: apply,

  async read(server, resource) {
    if (!(await databaseExists(server, resource))) return undefined;
    return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const { outputs } = resource;
      const schema = optionalText(outputs, "schema");
      if (!(await roleExists(session, text(outputs, "role"))) || !(await roleExists(session, text(outputs, "owner")))) {
        return undefined;
      }
      if (schema !== undefined && !(await schemaExists(session, schema))) return undefined;
      const held = await granted(session, outputs);
      const wanted = texts(outputs, "privileges");
      // None at all is the same as not being there, unless none was asked for.
      if (held.length === 0 && wanted.length > 0) return undefined;
      return samePrivileges(text(outputs, "objectType"), wanted, held, session.version) ? {} : { privileges: held };
    });
  },

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const { outputs } = resource;
      const owner = text(outputs, "owner");
      const schema = optionalText(outputs, "schema");
      if (!(await roleExists(session, text(outputs, "role"))) || !(await roleExists(session, owner))) return;
      if (schema !== undefined && !(await schemaExists(session, schema))) return;
      await lockRole(session, owner);
      await asMemberOf(session, [owner], () => session.run(revocation(outputs)));
    });
  },
};

async function apply(server: Server, resource: BackedResource): Promise<PropertyMap> {
  const { inputs } = resource;
  const type = text(inputs, "objectType");
  const privileges = texts(inputs, "privileges");
  const owner = text(inputs, "owner");
  if (optionalText(inputs, "schema") !== undefined && type === "schema") {
    throw new ServerRefusal("cannot specify `schema` when `object_type` is `schema`");
  }
  if (flag(inputs, "withGrantOption") && text(inputs, "role").toLowerCase() === "public") {
    throw new ServerRefusal("with_grant_option cannot be true for role 'public'");
  }
  await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
    requirePrivileges(type, privileges, session.version);
    await lockRole(session, owner);
    await asMemberOf(session, [owner], async () => {
      await session.run(revocation(inputs));
      if (privileges.length === 0) return;
      const option = flag(inputs, "withGrantOption") ? " with grant option" : "";
      await session.run(
        `${subject(inputs)} grant ${privileges.join(",")} on ${type}s to ${grantee(text(inputs, "role"))}${option}`,
      );
    });
  });
  return {};
}

function subject(properties: PropertyMap): string {
  const schema = optionalText(properties, "schema");
  const place = schema === undefined ? "" : ` in schema ${identifier(schema)}`;
  return `alter default privileges for role ${identifier(text(properties, "owner"))}${place}`;
}

function revocation(properties: PropertyMap): string {
  return `${subject(properties)} revoke all on ${text(properties, "objectType")}s from ${grantee(text(properties, "role"))}`;
}

async function granted(session: Session, properties: PropertyMap): Promise<string[]> {
  const rows = await session.rows<{ privilege: string }>(
    `select distinct a.privilege_type::text as privilege
       from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
      where d.defaclobjtype = $1 and pg_get_userbyid(d.defaclrole) = $2 and a.grantee = $3
        and coalesce(n.nspname::text, '') = $4 order by 1`,
    [
      KINDS[text(properties, "objectType")] ?? "",
      text(properties, "owner"),
      await roleOid(session, text(properties, "role")),
      text(properties, "schema"),
    ],
  );
  return rows.map(({ privilege }) => privilege);
}

/** Privileges on what exists, and on what will be created. */
import type { PropertyMap } from "../../../engine/values.ts";
import type { Service } from "../../package.ts";
import type { Behaviour, Surroundings } from "../../type.ts";
import { onServer, orNull, roleExists, row, strings, text } from "./common.ts";
import facts from "./grants.json" with { type: "json" };

/** What may be granted on an object of each kind. */
const grantable: Readonly<Record<string, readonly string[]>> = {
  column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  foreign_data_wrapper: ["USAGE"],
  foreign_server: ["USAGE"],
  function: ["EXECUTE"],
  procedure: ["EXECUTE"],
  routine: ["EXECUTE"],
  schema: ["CREATE", "USAGE"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  type: ["USAGE"],
};

const withoutSchema = new Set(["database", "foreign_data_wrapper", "foreign_server"]);

/** A real preview does not find these mistakes: the server is asked only when the grant is made. */
function judge(inputs: PropertyMap, surroundings: Surroundings): string | undefined {
  const kind = text(inputs, "objectType");
  const wrong = strings(inputs.privileges).find(
    (privilege) => privilege !== "ALL" && grantable[kind]?.includes(privilege) !== true,
  );
  if (wrong !== undefined) return `${wrong} is not an allowed privilege for object type ${kind}`;
  const missing = [text(inputs, "role"), text(inputs, "owner")].find(
    (role) => role !== "" && !roleExists(role, surroundings),
  );
  return missing === undefined ? undefined : `role "${missing}" does not exist (42704)`;
}

function grantId(inputs: PropertyMap): string {
  const kind = text(inputs, "objectType");
  const parts = [text(inputs, "role"), text(inputs, "database")];
  if (!withoutSchema.has(kind)) parts.push(text(inputs, "schema"));
  return [...parts, kind, ...strings(inputs.objects).sort(), ...strings(inputs.columns).sort()].join("_");
}

function defaultPrivilegesId(inputs: PropertyMap): string {
  const schema = text(inputs, "schema") || "noschema";
  return [
    text(inputs, "role"),
    text(inputs, "database"),
    schema,
    text(inputs, "owner"),
    text(inputs, "objectType"),
  ].join("_");
}

const defaultPrivileges: Behaviour = row({
  unique: (inputs, surroundings) => [`default privileges ${onServer(surroundings, defaultPrivilegesId(inputs))}`],
  taken: "overwrite",
  admit(inputs, surroundings) {
    if (text(inputs, "objectType") === "schema" && text(inputs, "schema") !== "")
      return "cannot specify `schema` when `object_type` is `schema`";
    return judge(inputs, surroundings);
  },
  id: defaultPrivilegesId,
});

export const grants: Service = {
  file: "sandbox/postgresql/types/grants.json",
  facts,
  behaviours: {
    "postgresql:index/defaultPrivileg:DefaultPrivileg": defaultPrivileges,
    "postgresql:index/defaultPrivileges:DefaultPrivileges": defaultPrivileges,
    "postgresql:index/grant:Grant": row({
      unique: (inputs, surroundings) => [`grant ${onServer(surroundings, grantId(inputs))}`],
      taken: "overwrite",
      admit(inputs, surroundings) {
        const kind = text(inputs, "objectType");
        if (!withoutSchema.has(kind) && text(inputs, "schema") === "") {
          return "parameter 'schema' is mandatory for postgresql_grant resource unless the object type is a database";
        }
        return judge(inputs, surroundings);
      },
      id: grantId,
      foreseen: (inputs) => ({ privileges: orNull(inputs.privileges) }),
      outputs: (inputs) => ({
        columns: orNull(inputs.columns),
        objects: orNull(inputs.objects),
        privileges: orNull(inputs.privileges),
        schema: inputs.schema ?? null,
      }),
      unset: { columns: null, objects: null, schema: null },
    }),
  },
};

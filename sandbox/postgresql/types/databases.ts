/** Databases and what is in them. */
import { isMap, type PropertyMap } from "../../../engine/values.ts";
import type { Service } from "../../package.ts";
import { length, matches, oneOf, range, refuses } from "../../rules.ts";
import type { Surroundings } from "../../type.ts";
import { databaseOf, named, onServer, roleExists, row, text, userOf } from "./common.ts";
import facts from "./databases.json" with { type: "json" };

/** The versions that come with Postgres 15; what is not here is taken for 1.0. */
const extensionVersions: Readonly<Record<string, string>> = {
  btree_gin: "1.3",
  btree_gist: "1.7",
  citext: "1.6",
  hstore: "1.8",
  pg_stat_statements: "1.10",
  pg_trgm: "1.6",
  pgcrypto: "1.3",
  plpgsql: "1.0",
  "uuid-ossp": "1.1",
};

const isMissing = (role: string, surroundings: Surroundings): boolean => role !== "" && !roleExists(role, surroundings);

const ownerMissing = (inputs: PropertyMap, surroundings: Surroundings): string | undefined => {
  const owner = text(inputs, "owner");
  return isMissing(owner, surroundings) ? `role "${owner}" does not exist (42704)` : undefined;
};

/** What a server can be asked for without being built for it. */
const locale = /^(C|POSIX|default|[a-z]{2,3}_[A-Z]{2}(\.[A-Za-z0-9-]+)?|C\.(UTF-?8|utf-?8))$/;

const argumentTypes = (inputs: PropertyMap): string =>
  (Array.isArray(inputs.args) ? inputs.args : [])
    .filter(isMap)
    .filter(({ mode }) => mode !== "OUT")
    .map((argument) => text(argument, "type"))
    .join(",");

export const databases: Service = {
  file: "sandbox/postgresql/types/databases.json",
  facts,
  behaviours: {
    "postgresql:index/database:Database": row({
      ...named,
      rules: [length("name", 1, 63), range("connectionLimit", -1, 2 ** 31 - 1)],
      unique: (inputs, surroundings) => [`database ${onServer(surroundings, text(inputs, "name"))}`],
      taken: (inputs) => `error creating database "${text(inputs, "name")}": database already exists (42P04)`,
      admit(inputs, surroundings) {
        const wrong = [text(inputs, "lcCollate"), text(inputs, "lcCtype")].find(
          (name) => name !== "" && !locale.test(name),
        );
        return wrong === undefined ? ownerMissing(inputs, surroundings) : `invalid locale name: "${wrong}" (22023)`;
      },
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings) => ({
        encoding: inputs.encoding ?? "UTF8",
        isTemplate: inputs.isTemplate ?? false,
        lcCollate: inputs.lcCollate ?? "C",
        lcCtype: inputs.lcCtype ?? "C",
        owner: inputs.owner ?? userOf(surroundings),
        tablespaceName: inputs.tablespaceName ?? "pg_default",
        template: inputs.template ?? "template0",
      }),
    }),
    "postgresql:index/schema:Schema": row({
      ...named,
      rules: [length("name", 1, 63), refuses("name", /^pg_/, 'schema names that begin with "pg_" are reserved')],
      unique: (inputs, surroundings) => [`schema ${onServer(surroundings, schemaId(inputs, surroundings))}`],
      taken: "overwrite",
      admit: ownerMissing,
      id: schemaId,
      outputs: (inputs, surroundings) => ({
        database: databaseOf(inputs, surroundings),
        owner: inputs.owner ?? userOf(surroundings),
        policies: inputs.policies ?? [],
      }),
    }),
    "postgresql:index/extension:Extension": row({
      ...named,
      rules: [length("name", 1, 63)],
      unique: (inputs, surroundings) => [`extension ${onServer(surroundings, extensionId(inputs, surroundings))}`],
      taken: "overwrite",
      id: extensionId,
      outputs: (inputs, surroundings) => ({
        database: databaseOf(inputs, surroundings),
        schema: inputs.schema ?? "public",
        version: inputs.version ?? extensionVersions[text(inputs, "name")] ?? "1.0",
      }),
    }),
    "postgresql:index/function:Function": row({
      ...named,
      rules: [
        length("name", 1, 63),
        oneOf("args[].mode", ["IN", "OUT", "INOUT", "VARIADIC"]),
        matches("body", /\S/, "must not be empty"),
      ],
      unique: (inputs, surroundings) => [`function ${onServer(surroundings, functionId(inputs, surroundings))}`],
      taken: "overwrite",
      id: functionId,
      outputs: (inputs, surroundings) => ({
        args: inputs.args ?? [],
        database: databaseOf(inputs, surroundings),
        returns: inputs.returns ?? "void",
        schema: inputs.schema ?? "public",
      }),
    }),
    "postgresql:index/securityLabel:SecurityLabel": row({
      id: (inputs) => ["labelProvider", "objectType", "objectName"].map((name) => text(inputs, name)).join("."),
    }),
  },
};

function schemaId(inputs: PropertyMap, surroundings: Surroundings): string {
  return `${databaseOf(inputs, surroundings)}.${text(inputs, "name")}`;
}

function extensionId(inputs: PropertyMap, surroundings: Surroundings): string {
  return `${databaseOf(inputs, surroundings)}.${text(inputs, "name")}`;
}

function functionId(inputs: PropertyMap, surroundings: Surroundings): string {
  const schema = text(inputs, "schema") || "public";
  return `${databaseOf(inputs, surroundings)}.${schema}.${text(inputs, "name")}(${argumentTypes(inputs)})`;
}

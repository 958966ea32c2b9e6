import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, type Session } from "./server.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { flag, optionalText, type ServerType, text } from "./server-type.ts";

interface FunctionRow {
  body: string;
  language: string;
  volatility: string;
  parallel: string;
  definer: boolean;
  strict: boolean;
  returns: string;
}

const VOLATILITY: Record<string, string> = { v: "VOLATILE", s: "STABLE", i: "IMMUTABLE" };
const PARALLEL: Record<string, string> = { u: "UNSAFE", r: "RESTRICTED", s: "SAFE" };

export const serverFunction: ServerType = {
  // `or replace`, unlike the provider: a creation may be repeated after a kill. Another's function of the same
  // signature cannot be told apart here; the sandbox's table refuses a second resource for it.
  create: (server, resource) => define(server, resource),
  update: (server, resource) => define(server, resource),

  read: (server, resource) => describe(server, resource),

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    const mode = flag(resource.outputs, "dropCascade") ? "cascade" : "restrict";
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      if (await find(session, resource.outputs)) {
        await session.run(`drop function if exists ${signature(resource.outputs)} ${mode}`);
      }
    });
  },
};

async function define(server: Server, resource: BackedResource): Promise<PropertyMap> {
  await server.transaction(resource.configuration, databaseOf(resource), (session) =>
    session.run(definition(resource.inputs)),
  );
  return (await describe(server, resource)) ?? {};
}

function definition(inputs: PropertyMap): string {
  const parameters = argumentsOf(inputs).map((argument) => {
    const fallback = optionalText(argument, "default");
    const words = [text(argument, "mode"), optionalText(argument, "name"), text(argument, "type")];
    return [...words.filter(Boolean), ...(fallback === undefined ? [] : [`default ${fallback}`])].join(" ");
  });
  return [
    `create or replace function ${name(inputs)} (${parameters.join(", ")})`,
    `returns ${returns(inputs)}`,
    `language ${identifier(optionalText(inputs, "language") ?? "plpgsql")}`,
    optionalText(inputs, "volatility") ?? "VOLATILE",
    `parallel ${optionalText(inputs, "parallel") ?? "UNSAFE"}`,
    flag(inputs, "strict") ? "strict" : "",
    flag(inputs, "securityDefiner") ? "security definer" : "",
    `as ${literal(text(inputs, "body"))}`,
  ].join(" ");
}

function argumentsOf(properties: PropertyMap): PropertyMap[] {
  return Array.isArray(properties.args) ? properties.args.filter(isMap) : [];
}

/** Without a type given, the type of the output argument, or nothing. */
function returns(inputs: PropertyMap): string {
  const output = argumentsOf(inputs).find((argument) => text(argument, "mode").toUpperCase() === "OUT");
  return optionalText(inputs, "returns") ?? (output ? text(output, "type") : "void");
}

const name = (properties: PropertyMap): string =>
  `${identifier(optionalText(properties, "schema") ?? "public")}.${identifier(text(properties, "name"))}`;

/** Functions are told apart by the types of what they take, not of what they give. */
function signature(properties: PropertyMap): string {
  const taken = argumentsOf(properties).filter((argument) => text(argument, "mode").toUpperCase() !== "OUT");
  return `${name(properties)}(${taken.map((argument) => text(argument, "type")).join(",")})`;
}

async function find(session: Session, properties: PropertyMap): Promise<FunctionRow | undefined> {
  const [row] = await session.rows<FunctionRow>(
    `select prosrc as body, lanname::text as language, provolatile as volatility, proparallel as parallel,
            prosecdef as definer, proisstrict as strict, pg_get_function_result(p.oid) as returns
       from pg_proc p join pg_language l on l.oid = p.prolang where p.oid = to_regprocedure($1)`,
    [signature(properties)],
  );
  return row;
}

async function describe(server: Server, resource: BackedResource): Promise<PropertyMap | undefined> {
  if (!(await databaseExists(server, resource))) return undefined;
  const database = databaseOf(resource);
  return server.transaction(resource.configuration, database, async (session) => {
    const row = await find(session, { ...resource.outputs, ...resource.inputs });
    return (
      row && {
        database,
        schema: optionalText(resource.inputs, "schema") ?? "public",
        body: row.body,
        language: row.language,
        volatility: VOLATILITY[row.volatility] ?? "VOLATILE",
        parallel: PARALLEL[row.parallel] ?? "UNSAFE",
        securityDefiner: row.definer,
        strict: row.strict,
        returns: row.returns,
      }
    );
  });
}

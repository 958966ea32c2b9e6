import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, type Server } from "./server.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { asManaged, mayCreate } from "./server-managed.ts";
import { changed, flag, optionalText, type ServerType, text } from "./server-type.ts";

export const serverExtension: ServerType = {
  async create(server, resource) {
    const { inputs } = resource;
    const parts = [`create extension if not exists ${identifier(text(inputs, "name"))}`];
    const schema = optionalText(inputs, "schema");
    const version = optionalText(inputs, "version");
    if (schema !== undefined) parts.push(`schema ${identifier(schema)}`);
    if (version !== undefined) parts.push(`version ${identifier(version)}`);
    if (flag(inputs, "createCascade")) parts.push("cascade");
    await asManaged(server, resource, mayCreate, (session) => session.run(parts.join(" ")));
    return (await describe(server, resource)) ?? {};
  },

  async update(server, resource) {
    const name = identifier(text(resource.inputs, "name"));
    const schema = optionalText(resource.inputs, "schema");
    const version = optionalText(resource.inputs, "version");
    await asManaged(server, resource, mayCreate, async (session) => {
      if (schema !== undefined && changed(resource, "schema")) {
        await session.run(`alter extension ${name} set schema ${identifier(schema)}`);
      }
      if (changed(resource, "version")) {
        await session.run(`alter extension ${name} update${version === undefined ? "" : ` to ${identifier(version)}`}`);
      }
    });
    return (await describe(server, resource)) ?? {};
  },

  read: (server, resource) => describe(server, resource),

  async delete(server, resource) {
    if (!(await describe(server, resource))) return;
    const mode = flag(resource.outputs, "dropCascade") ? "cascade" : "restrict";
    await asManaged(server, resource, mayCreate, (session) =>
      session.run(`drop extension if exists ${identifier(text(resource.outputs, "name"))} ${mode}`),
    );
  },
};

async function describe(server: Server, resource: BackedResource): Promise<PropertyMap | undefined> {
  if (!(await databaseExists(server, resource))) return undefined;
  const database = databaseOf(resource);
  return server.plain(resource.configuration, database, async (session) => {
    const [row] = await session.rows<{ schema: string; version: string }>(
      `select n.nspname::text as schema, e.extversion as version
         from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = $1`,
      [text(resource.outputs, "name") || text(resource.inputs, "name")],
    );
    return row && { ...row, database };
  });
}

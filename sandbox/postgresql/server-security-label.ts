/**
 * Labels are kept by a provider that the server has loaded. Debian's Postgres and the managed ones come without any, and
 * refuse every label in the words that are seen here; a server with one (anon, sepgsql) takes them.
 */
import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, ServerRefusal } from "./server.ts";
import { databaseOf } from "./server-lookup.ts";
import { type ServerType, text } from "./server-type.ts";

export const serverSecurityLabel: ServerType = {
  create: put,
  update: put,

  read: (server, resource) =>
    server.plain(resource.configuration, undefined, async (session) => {
      const { outputs } = resource;
      const [row] = await session.rows<{ label: string }>(
        "select label from pg_seclabels where provider = $1 and objtype = $2 and objname = $3",
        [text(outputs, "labelProvider"), text(outputs, "objectType"), text(outputs, "objectName")],
      );
      return row && (row.label === text(outputs, "label") ? {} : { label: row.label });
    }),

  async delete(server, resource) {
    if (!(await serverSecurityLabel.read(server, resource))) return;
    await label(server, resource, resource.outputs, "null");
  },
};

async function put(server: Server, resource: BackedResource): Promise<PropertyMap> {
  await label(server, resource, resource.inputs, literal(text(resource.inputs, "label")));
  return {};
}

async function label(server: Server, resource: BackedResource, properties: PropertyMap, value: string): Promise<void> {
  const kind = text(properties, "objectType");
  // It stands in the statement as it is.
  if (!/^[a-z][a-z ]*$/i.test(kind)) throw new ServerRefusal(`"${kind}" is no type of object`);
  await server.transaction(resource.configuration, databaseOf(resource), (session) =>
    session.run(
      `security label for ${identifier(text(properties, "labelProvider"))} on ${kind} ${identifier(text(properties, "objectName"))} is ${value}`,
    ),
  );
}

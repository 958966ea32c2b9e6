import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, type Server, type Session } from "./server.ts";
import { databaseExists, databaseOf, databaseOwner } from "./server-lookup.ts";
import { asMemberOf } from "./server-membership.ts";
import { changed, flag, optionalText, type ServerType, text } from "./server-type.ts";

export const serverSchema: ServerType = {
  async create(server, resource) {
    const { inputs } = resource;
    const name = text(inputs, "name");
    const owner = optionalText(inputs, "owner");
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const needed = [await databaseOwner(session), ...(owner === undefined ? [] : [owner])];
      await asMemberOf(session, needed, async () => {
        const existing = await ownerOf(session, name);
        if (existing === undefined) {
          const condition = inputs.ifNotExists === false ? "" : "if not exists ";
          const authorization = owner === undefined ? "" : ` authorization ${identifier(owner)}`;
          await session.run(`create schema ${condition}${identifier(name)}${authorization}`);
        } else if (owner !== undefined && owner !== existing) {
          await session.run(`alter schema ${identifier(name)} owner to ${identifier(owner)}`);
        }
      });
    });
    return (await describe(server, resource, name)) ?? {};
  },

  async update(server, resource) {
    const { inputs, oldOutputs } = resource;
    const name = text(inputs, "name");
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const old = text(oldOutputs, "name");
      const owner = optionalText(inputs, "owner");
      const needed = [await databaseOwner(session), text(oldOutputs, "owner"), ...(owner === undefined ? [] : [owner])];
      await asMemberOf(session, needed, async () => {
        if (old !== name) await session.run(`alter schema ${identifier(old)} rename to ${identifier(name)}`);
        if (owner !== undefined && changed(resource, "owner")) {
          await session.run(`alter schema ${identifier(name)} owner to ${identifier(owner)}`);
        }
      });
    });
    return (await describe(server, resource, name)) ?? {};
  },

  read: (server, resource) => describe(server, resource, text(resource.outputs, "name")),

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    await server.transaction(resource.configuration, databaseOf(resource), async (session) => {
      const name = text(resource.outputs, "name");
      const owner = await ownerOf(session, name);
      if (owner === undefined) return;
      const mode = flag(resource.outputs, "dropCascade") ? "cascade" : "restrict";
      await asMemberOf(session, [owner], () => session.run(`drop schema ${identifier(name)} ${mode}`));
    });
  },
};

async function ownerOf(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.rows<{ owner: string }>(
    "select pg_get_userbyid(nspowner)::text as owner from pg_namespace where nspname = $1",
    [name],
  );
  return row?.owner;
}

async function describe(server: Server, resource: BackedResource, name: string): Promise<PropertyMap | undefined> {
  if (!(await databaseExists(server, resource))) return undefined;
  return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
    const owner = await ownerOf(session, name);
    return owner === undefined ? undefined : { owner, database: databaseOf(resource) };
  });
}

import type { PropertyMap } from "../../engine/values.ts";
import { identifier, type Session } from "./server.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { asManaged, mayCreate } from "./server-managed.ts";
import {
  changedOptions,
  creationOptions,
  type Options,
  optionsOf,
  parseOptions,
  sameOptions,
} from "./server-options.ts";
import { type ServerType, text } from "./server-type.ts";

export const serverUserMapping: ServerType = {
  create: async (server, resource) => {
    await asManaged(server, resource, mayCreate, (session) => settle(session, resource.inputs));
    return {};
  },
  update: async (server, resource) => {
    await asManaged(server, resource, mayCreate, (session) => settle(session, resource.inputs));
    return {};
  },

  async read(server, resource) {
    if (!(await databaseExists(server, resource))) return undefined;
    // Only a superuser sees the options of another's mapping.
    const held = await server.privileged(databaseOf(resource), (session) => find(session, resource.outputs));
    if (!held) return undefined;
    return sameOptions(held, optionsOf(resource.outputs)) ? {} : { options: { ...held } };
  },

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    const gone = await server.privileged(
      databaseOf(resource),
      async (session) => !(await find(session, resource.outputs)),
    );
    if (gone) return;
    await asManaged(server, resource, mayCreate, (session) =>
      session.run(`drop user mapping if exists ${place(resource.outputs)}`),
    );
  },
};

const place = (properties: PropertyMap): string =>
  `for ${identifier(text(properties, "userName"))} server ${identifier(text(properties, "serverName"))}`;

/** A creation may be repeated after a kill: a mapping has no place for a mark, and no other resource may have this one. */
async function settle(session: Session, inputs: PropertyMap): Promise<void> {
  const wanted = optionsOf(inputs);
  const held = await find(session, inputs);
  if (!held) return session.run(`create user mapping ${place(inputs)}${creationOptions(wanted)}`);
  const changes = changedOptions(held, wanted);
  if (changes !== "") await session.run(`alter user mapping ${place(inputs)}${changes}`);
}

async function find(session: Session, properties: PropertyMap): Promise<Options | undefined> {
  const [row] = await session.rows<{ options: string[] | null }>(
    "select umoptions as options from pg_user_mappings where usename = $1 and srvname = $2",
    [text(properties, "userName"), text(properties, "serverName")],
  );
  return row && parseOptions(row.options);
}

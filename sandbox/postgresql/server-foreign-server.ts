import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, type Session } from "./server.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { asManaged, mayCreate } from "./server-managed.ts";
import { isOwnLeftover, leaveMark } from "./server-mark.ts";
import {
  changedOptions,
  creationOptions,
  type Options,
  optionsOf,
  parseOptions,
  sameOptions,
} from "./server-options.ts";
import { changed, flag, optionalText, type ServerType, text } from "./server-type.ts";

interface ServerRow {
  owner: string;
  version: string | null;
  options: string[] | null;
  comment: string | null;
}

export const serverForeignServer: ServerType = {
  async create(server, resource) {
    const { inputs, urn } = resource;
    const name = text(inputs, "serverName");
    await asManaged(server, resource, mayCreate, async (session, user) => {
      if (!isOwnLeftover(await find(session, name), `server "${name}"`, urn)) await session.run(creation(inputs, name));
      await session.run(
        `alter server ${identifier(name)} owner to ${identifier(optionalText(inputs, "serverOwner") ?? user)}`,
      );
      await leaveMark(session, `server ${identifier(name)}`, urn);
    });
    return (await describe(server, resource, name)) ?? {};
  },

  async update(server, resource) {
    const { inputs, oldOutputs } = resource;
    const [old, name] = [text(oldOutputs, "serverName"), text(inputs, "serverName")];
    await asManaged(server, resource, mayCreate, async (session) => {
      if (old !== name) await session.run(`alter server ${identifier(old)} rename to ${identifier(name)}`);
      const version = changed(resource, "serverVersion")
        ? ` version ${literal(optionalText(inputs, "serverVersion") ?? "")}`
        : "";
      const options = changedOptions(parseOptions((await find(session, name))?.options ?? null), optionsOf(inputs));
      if (version + options !== "") await session.run(`alter server ${identifier(name)}${version}${options}`);
      const owner = optionalText(inputs, "serverOwner");
      if (owner !== undefined && changed(resource, "serverOwner")) {
        await session.run(`alter server ${identifier(name)} owner to ${identifier(owner)}`);
      }
    });
    return (await describe(server, resource, name)) ?? {};
  },

  read: (server, resource) => describe(server, resource, text(resource.outputs, "serverName")),

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    const mode = flag(resource.outputs, "dropCascade") ? "cascade" : "restrict";
    await asManaged(server, resource, mayCreate, (session) =>
      session.run(`drop server if exists ${identifier(text(resource.outputs, "serverName"))} ${mode}`),
    );
  },
};

function creation(inputs: PropertyMap, name: string): string {
  const type = optionalText(inputs, "serverType");
  const version = optionalText(inputs, "serverVersion");
  return [
    `create server ${identifier(name)}`,
    type === undefined ? "" : `type ${literal(type)}`,
    version === undefined ? "" : `version ${literal(version)}`,
    `foreign data wrapper ${identifier(text(inputs, "fdwName"))}${creationOptions(optionsOf(inputs))}`,
  ].join(" ");
}

async function find(session: Session, name: string): Promise<ServerRow | undefined> {
  const [row] = await session.rows<ServerRow>(
    `select pg_get_userbyid(srvowner)::text as owner, srvversion as version, srvoptions as options,
            obj_description(oid, 'pg_foreign_server') as comment from pg_foreign_server where srvname = $1`,
    [name],
  );
  return row;
}

async function describe(server: Server, resource: BackedResource, name: string): Promise<PropertyMap | undefined> {
  if (!(await databaseExists(server, resource))) return undefined;
  const declared: Options = optionsOf(resource.outputs);
  return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
    const row = await find(session, name);
    if (!row) return undefined;
    const held = parseOptions(row.options);
    const version = row.version ?? "";
    return {
      serverOwner: row.owner,
      ...(!sameOptions(held, declared) && { options: { ...held } }),
      ...(version !== text(resource.outputs, "serverVersion") && { serverVersion: version }),
    };
  });
}

import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, ServerRefusal, type Session } from "./server.ts";
import { asMemberOf, lockRole } from "./server-membership.ts";
import { changed, flag, integer, optionalText, type ServerType, text } from "./server-type.ts";

interface DatabaseRow {
  owner: string;
  encoding: string;
  collation: string;
  ctype: string;
  tablespace: string;
  connections: number;
  allowed: boolean;
  template: boolean;
  comment: string | null;
}

export const serverDatabase: ServerType = {
  async create(server, resource) {
    const { configuration, inputs, urn } = resource;
    const name = text(inputs, "name");
    await server.plain(configuration, undefined, async (session) => {
      const existing = await find(session, name);
      if (existing && existing.comment !== mark(urn)) {
        throw new ServerRefusal(`error creating database "${name}": pq: database "${name}" already exists`, "42P04");
      }
      if (existing) return;
      const owner = optionalText(inputs, "owner") ?? session.user;
      await asOwner(server, resource, session, owner, () => session.run(creation(inputs, name, owner)));
    });
    await server.privileged("postgres", (session) =>
      session.run(`comment on database ${identifier(name)} is ${literal(mark(urn))}`),
    );
    return (await describe(server, resource, name)) ?? {};
  },

  async update(server, resource) {
    const { configuration, inputs, oldOutputs } = resource;
    const name = text(inputs, "name");
    await server.plain(configuration, undefined, async (session) => {
      const old = text(oldOutputs, "name");
      if (old !== name) await session.run(`alter database ${identifier(old)} rename to ${identifier(name)}`);
      const database = identifier(name);
      const owner = optionalText(inputs, "owner");
      if (owner !== undefined && changed(resource, "owner")) {
        if (flag(inputs, "alterObjectOwnership")) await reassign(server, resource, name, owner);
        await asOwner(server, resource, session, owner, () =>
          session.run(`alter database ${database} owner to ${identifier(owner)}`),
        );
      }
      if (changed(resource, "tablespaceName")) {
        const space = optionalText(inputs, "tablespaceName");
        if (space !== undefined) await session.run(`alter database ${database} set tablespace ${identifier(space)}`);
      }
      if (changed(resource, "connectionLimit")) {
        await session.run(`alter database ${database} connection limit = ${integer(inputs, "connectionLimit") ?? -1}`);
      }
      if (changed(resource, "allowConnections")) {
        await session.run(`alter database ${database} allow_connections ${inputs.allowConnections !== false}`);
      }
      if (changed(resource, "isTemplate")) {
        await session.run(`alter database ${database} is_template ${flag(inputs, "isTemplate")}`);
      }
    });
    return (await describe(server, resource, name)) ?? {};
  },

  read: (server, resource) => describe(server, resource, text(resource.outputs, "name")),

  delete: (server, resource) =>
    server.plain(resource.configuration, undefined, async (session) => {
      const name = text(resource.outputs, "name");
      const found = await find(session, name);
      if (!found) return;
      await asOwner(server, resource, session, found.owner, async () => {
        if (found.template) await session.run(`alter database ${identifier(name)} is_template false`);
        await session.run(`alter database ${identifier(name)} allow_connections false`);
        await server.disconnect(name);
        // Without force, which the master user is refused while a superuser's session is still on its way out; this waits.
        await session.run(`drop database ${identifier(name)}`);
      });
    }),
};

const mark = (urn: string): string => `made by ${urn}`;

function creation(inputs: PropertyMap, name: string, owner: string): string {
  const parts = [`create database ${identifier(name)} owner ${identifier(owner)}`];
  parts.push(`template ${word(optionalText(inputs, "template") ?? "template0", identifier)}`);
  parts.push(`encoding ${word(optionalText(inputs, "encoding") ?? "UTF8", literal)}`);
  const collate = optionalText(inputs, "lcCollate");
  if (collate !== undefined) parts.push(`lc_collate ${word(collate, literal)}`);
  const ctype = optionalText(inputs, "lcCtype");
  if (ctype !== undefined) parts.push(`lc_ctype ${word(ctype, literal)}`);
  const space = optionalText(inputs, "tablespaceName");
  if (space !== undefined) parts.push(`tablespace ${word(space, identifier)}`);
  parts.push(`allow_connections ${inputs.allowConnections !== false}`);
  parts.push(`connection limit ${integer(inputs, "connectionLimit") ?? -1}`);
  parts.push(`is_template ${flag(inputs, "isTemplate")}`);
  return parts.join(" ");
}

/** The provider hands the word DEFAULT through to the server. */
const word = (value: string, quote: (value: string) => string): string =>
  value.toUpperCase() === "DEFAULT" ? "DEFAULT" : quote(value);

/**
 * Databases are made and dropped outside of a transaction, so the membership in the owner's role is real for a moment.
 * The lock, held by a transaction beside it, keeps two such moments of the same user apart.
 */
async function asOwner(
  server: Server,
  { configuration }: BackedResource,
  session: Session,
  owner: string,
  work: () => Promise<void>,
): Promise<void> {
  await server.guard(configuration, async (guard) => {
    await lockRole(guard, session.user);
    await asMemberOf(session, [owner], work);
  });
}

async function reassign(
  server: Server,
  { configuration }: BackedResource,
  database: string,
  owner: string,
): Promise<void> {
  await server.transaction(configuration, database, async (session) => {
    const found = await find(session, database);
    if (!found || found.owner === owner) return;
    await asMemberOf(session, [found.owner, owner], () =>
      session.run(`reassign owned by ${identifier(found.owner)} to ${identifier(owner)}`),
    );
  });
}

async function find(session: Session, name: string): Promise<DatabaseRow | undefined> {
  const [row] = await session.rows<DatabaseRow>(
    `select pg_get_userbyid(d.datdba)::text as owner, pg_encoding_to_char(d.encoding)::text as encoding,
            d.datcollate::text as collation, d.datctype::text as ctype, t.spcname::text as tablespace,
            d.datconnlimit as connections, d.datallowconn as allowed, d.datistemplate as template,
            shobj_description(d.oid, 'pg_database') as comment
       from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = $1`,
    [name],
  );
  return row;
}

function describe(
  server: Server,
  { configuration, inputs }: BackedResource,
  name: string,
): Promise<PropertyMap | undefined> {
  return server.plain(configuration, undefined, async (session) => {
    const row = await find(session, name);
    if (!row) return undefined;
    return {
      owner: row.owner,
      encoding: row.encoding,
      lcCollate: row.collation,
      lcCtype: row.ctype,
      tablespaceName: row.tablespace,
      connectionLimit: row.connections,
      allowConnections: row.allowed,
      isTemplate: row.template,
      // The server does not remember it.
      template: optionalText(inputs, "template") ?? "template0",
    };
  });
}

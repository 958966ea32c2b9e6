import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, type Session } from "./server.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { asManaged, isMaster } from "./server-managed.ts";
import { isOwnLeftover, leaveMark } from "./server-mark.ts";
import { changed, flag, optionalText, type ServerType, text, texts } from "./server-type.ts";

const ACTIONS = ["insert", "update", "delete", "truncate"] as const;

interface PublicationRow {
  owner: string;
  allTables: boolean;
  actions: string[];
  viaRoot: boolean;
  tables: string[];
  comment: string | null;
}

export const serverPublication: ServerType = {
  async create(server, resource) {
    const { inputs, urn } = resource;
    const name = text(inputs, "name");
    await asManaged(server, resource, isMaster, async (session) => {
      if (!isOwnLeftover(await find(session, name), `publication "${name}"`, urn)) {
        await session.run(`create publication ${identifier(name)}${subject(inputs)}${parameters(inputs)}`);
      }
      const owner = optionalText(inputs, "owner");
      if (owner !== undefined) await session.run(`alter publication ${identifier(name)} owner to ${identifier(owner)}`);
      await leaveMark(session, `publication ${identifier(name)}`, urn);
    });
    return (await describe(server, resource, name)) ?? {};
  },

  async update(server, resource) {
    const { inputs, oldOutputs } = resource;
    const [old, name] = [text(oldOutputs, "name"), text(inputs, "name")];
    await asManaged(server, resource, isMaster, async (session) => {
      if (old !== name) await session.run(`alter publication ${identifier(old)} rename to ${identifier(name)}`);
      const owner = optionalText(inputs, "owner");
      if (owner !== undefined && changed(resource, "owner")) {
        await session.run(`alter publication ${identifier(name)} owner to ${identifier(owner)}`);
      }
      const held = await find(session, name);
      if (held && !held.allTables) await settleTables(session, name, held.tables, texts(inputs, "tables"));
      const wanted = parameters(inputs);
      if (wanted !== "") await session.run(`alter publication ${identifier(name)} set${wanted.replace(" with", "")}`);
    });
    return (await describe(server, resource, name)) ?? {};
  },

  read: (server, resource) => describe(server, resource, text(resource.outputs, "name")),

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    const mode = flag(resource.outputs, "dropCascade") ? "cascade" : "restrict";
    await asManaged(server, resource, isMaster, (session) =>
      session.run(`drop publication if exists ${identifier(text(resource.outputs, "name"))} ${mode}`),
    );
  },
};

function subject(inputs: PropertyMap): string {
  if (flag(inputs, "allTables")) return " for all tables";
  const tables = texts(inputs, "tables");
  return tables.length === 0 ? "" : ` for table ${tables.map(quoted).join(", ")}`;
}

function parameters(inputs: PropertyMap): string {
  const actions = texts(inputs, "publishParams");
  const parts = [
    ...(actions.length > 0 ? [`publish = ${literal(actions.join(", "))}`] : []),
    ...(inputs.publishViaPartitionRootParam === undefined || inputs.publishViaPartitionRootParam === null
      ? []
      : [`publish_via_partition_root = ${flag(inputs, "publishViaPartitionRootParam")}`]),
  ];
  return parts.length === 0 ? "" : ` with (${parts.join(", ")})`;
}

async function settleTables(session: Session, name: string, held: string[], tables: string[]): Promise<void> {
  const wanted = tables.map(qualified);
  for (const table of held.filter((known) => !wanted.includes(known))) {
    await session.run(`alter publication ${identifier(name)} drop table ${quoted(table)}`);
  }
  for (const table of wanted.filter((known) => !held.includes(known))) {
    await session.run(`alter publication ${identifier(name)} add table ${quoted(table)}`);
  }
}

/** A table is named with its schema, or is in `public`. */
const qualified = (table: string): string => (table.includes(".") ? table : `public.${table}`);
const quoted = (table: string): string => qualified(table).split(".").map(identifier).join(".");

async function find(session: Session, name: string): Promise<PublicationRow | undefined> {
  const [row] = await session.rows<PublicationRow>(
    `select pg_get_userbyid(pubowner)::text as owner, puballtables as "allTables", pubviaroot as "viaRoot",
            array_remove(array[case when pubinsert then 'insert' end, case when pubupdate then 'update' end,
              case when pubdelete then 'delete' end, case when pubtruncate then 'truncate' end], null) as actions,
            array(select n.nspname || '.' || c.relname from pg_publication_rel r join pg_class c on c.oid = r.prrelid
              join pg_namespace n on n.oid = c.relnamespace where r.prpubid = p.oid order by 1) as tables,
            obj_description(oid, 'pg_publication') as comment
       from pg_publication p where pubname = $1`,
    [name],
  );
  return row;
}

/** What was declared in another order or without its schema is not told anew: that would be a change that nobody made. */
async function describe(server: Server, resource: BackedResource, name: string): Promise<PropertyMap | undefined> {
  if (!(await databaseExists(server, resource))) return undefined;
  const { outputs } = resource;
  return server.transaction(resource.configuration, databaseOf(resource), async (session) => {
    const row = await find(session, name);
    if (!row) return undefined;
    const declared = texts(outputs, "publishParams");
    const tables = texts(outputs, "tables");
    return {
      database: databaseOf(resource),
      owner: row.owner,
      allTables: row.allTables,
      publishParams:
        sameSet(declared.length > 0 ? declared : ACTIONS, row.actions) && declared.length > 0 ? declared : row.actions,
      tables: sameSet(tables.map(qualified), row.tables) ? tables : row.tables,
      ...(row.viaRoot !== flag(outputs, "publishViaPartitionRootParam") && {
        publishViaPartitionRootParam: row.viaRoot,
      }),
    };
  });
}

function sameSet(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((entry) => second.includes(entry));
}

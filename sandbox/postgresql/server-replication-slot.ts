import type { BackedResource } from "../backing.ts";
import { ServerRefusal, type Session } from "./server.ts";
import { databaseOf } from "./server-lookup.ts";
import { asManaged, isMaster } from "./server-managed.ts";
import { type ServerType, text } from "./server-type.ts";

interface SlotRow {
  plugin: string | null;
  database: string | null;
}

/** A slot for a standby: it keeps what the standby has not yet read, on the whole server. */
export const serverPhysicalSlot: ServerType = slotType(({ outputs }) => ({
  sql: "select pg_create_physical_replication_slot($1)",
  values: [text(outputs, "name")],
  plugin: null,
}));

/** A slot for a reader of one database's changes. */
export const serverLogicalSlot: ServerType = slotType(({ outputs }) => ({
  sql: "select pg_create_logical_replication_slot($1, $2)",
  values: [text(outputs, "name"), text(outputs, "plugin")],
  plugin: text(outputs, "plugin"),
}));

function slotType(
  creation: (resource: BackedResource) => { sql: string; values: string[]; plugin: string | null },
): ServerType {
  return {
    async create(server, resource) {
      const { sql, values, plugin } = creation(resource);
      const name = text(resource.outputs, "name");
      const database = plugin === null ? null : databaseOf(resource);
      await asManaged(server, resource, isMaster, async (session) => {
        const found = await find(session, name);
        // A slot has no place for a mark: one of the same kind is what an interrupted creation left.
        if (found?.plugin === plugin && found.database === database) return;
        if (found) throw new ServerRefusal(`pq: replication slot "${name}" already exists`, "42710");
        await session.run(sql, values);
      });
      return database === null ? {} : { database };
    },

    // Every change of a slot replaces it.
    update: async () => ({}),

    read: (server, resource) =>
      server.plain(resource.configuration, undefined, async (session) => {
        const found = await find(session, text(resource.outputs, "name"));
        return found && (found.database === null ? {} : { database: found.database });
      }),

    delete: (server, resource) =>
      asManaged(server, atProvider(resource), isMaster, async (session) => {
        const name = text(resource.outputs, "name");
        if (await find(session, name)) await session.run("select pg_drop_replication_slot($1)", [name]);
      }),
  };
}

async function find(session: Session, name: string): Promise<SlotRow | undefined> {
  const [row] = await session.rows<SlotRow>(
    "select plugin::text, database::text from pg_replication_slots where slot_name = $1",
    [name],
  );
  return row;
}

/** Slots are the whole server's: one is looked for from the provider's own database, that of the slot may be gone. */
const atProvider = (resource: BackedResource): BackedResource => ({
  ...resource,
  inputs: {},
  outputs: { ...resource.outputs, database: null },
});

/**
 * A subscription in the local cloud reads from the one local cluster, whichever host its connection string names: every
 * declared server is this one.
 */
import type { BackedResource } from "../backing.ts";
import { identifier, literal, type Server, ServerRefusal, type Session } from "./server.ts";
import { conninfoDatabase, localConninfo } from "./server-conninfo.ts";
import { databaseExists, databaseOf } from "./server-lookup.ts";
import { isMaster } from "./server-managed.ts";
import { isOwnLeftover, leaveMark } from "./server-mark.ts";
import { optionalText, type ServerType, text, texts } from "./server-type.ts";

interface SubscriptionRow {
  publications: string[];
  slot: string | null;
  comment: string | null;
}

export const serverSubscription: ServerType = {
  async create(server, resource) {
    const { inputs, urn } = resource;
    const name = text(inputs, "name");
    await requireMaster(server, resource);
    const slot = optionalText(inputs, "slotName") ?? name;
    const publisher = conninfoDatabase(text(inputs, "conninfo"));
    await server.privileged(databaseOf(resource), async (session) => {
      if (isOwnLeftover(await find(session, name), `subscription "${name}"`, urn)) return;
      // The command itself would wait for ever for the slot of a publisher in the same cluster.
      const made = inputs.createSlot !== false && (await ensureSlot(server, publisher, slot));
      const publications = texts(inputs, "publications").map(identifier).join(", ");
      const conninfo = localConninfo(text(inputs, "conninfo"), server.address);
      try {
        await session.run(
          `create subscription ${identifier(name)} connection ${literal(conninfo)} publication ${publications}
           with (create_slot = false, slot_name = ${literal(slot)})`,
        );
      } catch (error) {
        // A slot without a reader keeps the server's log for ever.
        if (made) await dropSlot(server, slot);
        throw error;
      }
      await leaveMark(session, `subscription ${identifier(name)}`, urn);
    });
    return { database: databaseOf(resource) };
  },

  // Every change of a subscription replaces it.
  update: async () => ({}),

  async read(server, resource) {
    if (!(await databaseExists(server, resource))) return undefined;
    const { outputs } = resource;
    const row = await server.privileged(databaseOf(resource), (session) => find(session, text(outputs, "name")));
    if (!row) return undefined;
    const declared = texts(outputs, "publications");
    return sameSet(declared, row.publications) ? {} : { publications: row.publications };
  },

  async delete(server, resource) {
    if (!(await databaseExists(server, resource))) return;
    const { outputs } = resource;
    await requireMaster(server, resource);
    const name = text(outputs, "name");
    const row = await server.privileged(databaseOf(resource), async (session) => {
      const found = await find(session, name);
      if (!found) return undefined;
      // Without its slot it is dropped even where the publisher is gone already.
      await session.run(`alter subscription ${identifier(name)} disable`);
      await session.run(`alter subscription ${identifier(name)} set (slot_name = none)`);
      await session.run(`drop subscription ${identifier(name)}`);
      return found;
    });
    if (row?.slot && outputs.createSlot !== false) await dropSlot(server, row.slot);
  },
};

async function requireMaster(server: Server, resource: BackedResource): Promise<void> {
  const may = await server.plain(resource.configuration, databaseOf(resource), async (session) => {
    const [row] = await session.rows<{ rolsuper: boolean }>(
      "select rolsuper from pg_roles where rolname = session_user",
    );
    return row?.rolsuper === true || isMaster(session);
  });
  if (!may) throw new ServerRefusal("pq: must be superuser to create subscriptions", "42501");
}

/** Resolves to whether the slot had to be made. */
const ensureSlot = (server: Server, database: string, name: string): Promise<boolean> =>
  server.privileged(database, async (session) => {
    if ((await session.rows("select 1 from pg_replication_slots where slot_name = $1", [name])).length > 0)
      return false;
    await session.run("select pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
    return true;
  });

/** The worker that reads from the slot ends a moment after its subscription. */
const dropSlot = (server: Server, name: string): Promise<void> =>
  server.privileged("postgres", async (session) => {
    await session.run(
      "select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = $1 and active",
      [name],
    );
    await session.run("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1", [
      name,
    ]);
  });

async function find(session: Session, name: string): Promise<SubscriptionRow | undefined> {
  const [row] = await session.rows<SubscriptionRow>(
    `select subpublications as publications, subslotname::text as slot, obj_description(s.oid, 'pg_subscription') as comment
       from pg_subscription s join pg_database d on d.oid = s.subdbid
      where subname = $1 and d.datname = current_database()`,
    [name],
  );
  return row;
}

const sameSet = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((entry) => second.includes(entry));

import type { PropertyMap } from "../../engine/values.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { postgresqlBacking } from "../backing/postgresql.ts";
import type { BackedResource, Backing } from "../backing.ts";

const MANAGED = { username: "master", password: "of-the-instance", superuser: false, database: "postgres" };

const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describeWithPostgres("what links a server with others", () => {
  const postgres = usePostgres({ logical: true });
  let backing: Backing;

  const resource = (type: string, name: string, inputs: PropertyMap): BackedResource => ({
    type: `postgresql:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    urn: `urn:pulumi:test::thorbis::postgresql:${type}::${name}`,
    ...{ name, id: name, inputs, outputs: inputs, configuration: MANAGED },
  });
  const create = async (type: string, name: string, inputs: PropertyMap): Promise<BackedResource> => {
    const request = resource(type, name, inputs);
    const outputs = { ...inputs, ...(await backing.create(request)) };
    return { ...request, outputs };
  };
  const update = (before: BackedResource, inputs: PropertyMap) =>
    backing.update({
      ...before,
      inputs,
      outputs: { ...before.outputs, ...inputs },
      oldInputs: before.inputs,
      oldOutputs: before.outputs,
    });
  const count = async (database: string, from: string) =>
    (await postgres().query(database, `select 1 from ${from}`)).length;
  const asMaster = <T>(database: string, sql: string) =>
    postgres().connect<T>(database, async (client) => (await client.query(sql)).rows as T, {
      user: MANAGED.username,
      password: MANAGED.password,
    });

  beforeAll(async () => {
    const { host, port, user, password, authority } = postgres();
    backing = postgresqlBacking(() => ({ host, port, user, password, authority }));
    for (const name of ["orders", "reports"]) await create("Database", name, { name });
    for (const name of ["orders", "reports"]) {
      await postgres().query(name, "create table public.sold (id int primary key)");
      await postgres().query(name, "create table public.lost (id int primary key)");
      await postgres().query(name, "alter table public.sold owner to master");
      await postgres().query(name, "alter table public.lost owner to master");
    }
  }, 20_000);
  afterAll(() => backing.close?.());

  it("carries a row from a publication to a subscription, and leaves no slot behind", async () => {
    const publication = await create("Publication", "pub", { database: "orders", name: "sales", tables: ["sold"] });
    expect(publication.outputs).toMatchObject({
      ...{ owner: "master", allTables: false, tables: ["sold"] },
      publishParams: ["insert", "update", "delete", "truncate"],
    });
    const conninfo = `postgresql://postgres:${postgres().password}@db.example.com:5432/orders?sslmode=verify-full`;
    const subscription = await create("Subscription", "sub", {
      ...{ database: "reports", name: "sales", conninfo, publications: ["sales"] },
    });
    await postgres().query("orders", "insert into sold values (7)");
    const rows = await eventually(async () => {
      const found = await postgres().query<{ id: number }>("reports", "select id from sold");
      return found.length > 0 ? found : undefined;
    });
    expect(rows).toEqual([{ id: 7 }]);
    expect(await backing.read(subscription)).toEqual({});
    await backing.delete(subscription);
    expect(await backing.read(subscription)).toBeUndefined();
    expect(await count("orders", "pg_replication_slots")).toBe(0);
    await backing.delete(publication);
    expect(await backing.read(publication)).toBeUndefined();
  }, 30_000);

  it("changes a publication in place and finds what was changed by hand", async () => {
    const before = await create("Publication", "changing", {
      database: "orders",
      name: "old",
      tables: ["public.sold"],
    });
    const inputs = { database: "orders", name: "new", tables: ["public.lost"], publishParams: ["delete", "insert"] };
    const outputs = { ...inputs, ...(await update(before, inputs)) };
    const after = { ...before, inputs, outputs };
    expect(await backing.read(after)).toMatchObject({ tables: ["public.lost"], publishParams: ["delete", "insert"] });
    await postgres().query("orders", "alter publication new add table sold");
    expect(await backing.read(after)).toMatchObject({ tables: ["public.lost", "public.sold"] });
    await backing.delete(after);
    expect(await count("orders", "pg_publication")).toBe(0);
  });

  it("lets the master user publish all tables, as a managed server does", async () => {
    const all = await create("Publication", "all", { database: "orders", name: "everything", allTables: true });
    expect(all.outputs).toMatchObject({ allTables: true, tables: [] });
    await backing.delete(all);
  });

  it("makes slots, takes over what its own interrupted creation left, and refuses another's", async () => {
    const logical = await create("ReplicationSlot", "logical", {
      database: "orders",
      name: "reader",
      plugin: "pgoutput",
    });
    const physical = await create("PhysicalReplicationSlot", "physical", { name: "standby" });
    expect(logical.outputs).toMatchObject({ database: "orders" });
    await expect(create("PhysicalReplicationSlot", "physical", { name: "standby" })).resolves.toBeDefined();
    await expect(create("PhysicalReplicationSlot", "other", { name: "reader" })).rejects.toThrow(
      'replication slot "reader" already exists',
    );
    for (const slot of [logical, physical]) {
      expect(await backing.read(slot)).toBeDefined();
      await backing.delete(slot);
      expect(await backing.read(slot)).toBeUndefined();
    }
  });

  it("reaches a foreign server through a user mapping", async () => {
    await create("Extension", "fdw", { database: "orders", name: "postgres_fdw" });
    const local = { ...MANAGED, database: "orders" };
    const at = (type: string, name: string, inputs: PropertyMap) => ({
      ...resource(type, name, inputs),
      configuration: local,
    });
    const options = { host: "127.0.0.1", port: String(postgres().port), dbname: "reports" };
    const server = at("Server", "remote", { serverName: "reports", fdwName: "postgres_fdw", options });
    expect(await backing.create(server)).toMatchObject({ serverOwner: "master" });
    const mapping = at("UserMapping", "me", {
      ...{ serverName: "reports", userName: "master" },
      options: { user: "master", password: "stale" },
    });
    await backing.create(mapping);
    await update(mapping, { ...mapping.inputs, options: { user: "master", password: MANAGED.password } });
    expect(await backing.read(mapping)).toMatchObject({ options: { password: MANAGED.password } });
    await asMaster("orders", "create foreign table far (id int) server reports options (table_name 'lost')");
    await postgres().query("reports", "insert into lost values (3)");
    expect(await asMaster("orders", "select id from far")).toEqual([{ id: 3 }]);

    await postgres().query("orders", "alter server reports options (set dbname 'elsewhere')");
    expect(await backing.read(server)).toMatchObject({ options: { dbname: "elsewhere" } });
    await update(server, { ...server.inputs, options });
    expect(await backing.read(server)).toEqual({ serverOwner: "master" });
    await asMaster("orders", "drop foreign table far");
    await backing.delete(mapping);
    expect(await backing.read(mapping)).toBeUndefined();
    await backing.delete(server);
    expect(await backing.read(server)).toBeUndefined();
  });

  it("refuses a name that somebody else has given away", async () => {
    await postgres().query("orders", "create publication strangers");
    await expect(create("Publication", "mine", { database: "orders", name: "strangers" })).rejects.toThrow(
      'publication "strangers" already exists',
    );
    await postgres().query("orders", "drop publication strangers");
  });

  it("refuses a label in the server's words: no provider of labels is loaded", async () => {
    const label = { labelProvider: "anon", objectType: "role", objectName: "master", label: "MASKED" };
    await expect(create("SecurityLabel", "masked", label)).rejects.toThrow(
      'security label provider "anon" is not loaded',
    );
    await expect(create("SecurityLabel", "odd", { ...label, objectType: "role x; drop" })).rejects.toThrow(
      "no type of object",
    );
  });

  it("leaves nothing of a subscription that failed, and keeps its password out of what it throws", async () => {
    const conninfo = "host=db.example.com dbname=orders user=nobody password=in-no-message";
    const broken = create("Subscription", "broken", {
      database: "reports",
      name: "broken",
      conninfo,
      publications: ["x"],
    });
    await expect(broken).rejects.toThrow(/could not connect/);
    await broken.catch((error) => expect(JSON.stringify(error) + error.message).not.toContain("in-no-message"));
    expect(await count("orders", "pg_replication_slots")).toBe(0);
  });
});

import { Client } from "pg";
import type { PropertyMap } from "../../engine/values.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { postgresqlBacking } from "../backing/postgresql.ts";
import type { BackedResource, Backing } from "../backing.ts";

const MANAGED = { username: "master", password: "of-the-instance", superuser: false, database: "postgres" };
const MIGRATION = { user: "app_owner", password: "owner-secret" };
const APPLICATION = { user: "app_rw", password: "app-secret" };

describeWithPostgres("the real server behind the postgresql package", () => {
  const postgres = usePostgres({ tls: true });
  let backing: Backing;

  const resource = (
    type: string,
    name: string,
    inputs: PropertyMap,
    outputs: PropertyMap = inputs,
  ): BackedResource => ({
    type: `postgresql:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    urn: `urn:pulumi:test::thorbis::postgresql:${type}::${name}`,
    name,
    id: name,
    inputs,
    outputs: { ...inputs, ...outputs },
    configuration: MANAGED,
  });
  const made: BackedResource[] = [];
  const create = async (type: string, name: string, inputs: PropertyMap) => {
    const request = resource(type, name, inputs);
    const outputs = { ...inputs, ...(await backing.create(request)) };
    made.push({ ...request, outputs });
    return outputs;
  };
  const update = (before: BackedResource, inputs: PropertyMap) =>
    backing.update({
      ...before,
      inputs,
      outputs: { ...before.outputs, ...inputs },
      oldInputs: before.inputs,
      oldOutputs: before.outputs,
    });
  const find = (name: string) => {
    const found = made.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`${name} was not made`);
    return found;
  };
  const grant = (name: string, inputs: PropertyMap) =>
    create("Grant", name, { database: "appdb", role: "app_rw", ...inputs });

  beforeAll(async () => {
    const { host, port, user, password, authority } = postgres();
    backing = postgresqlBacking(() => ({ host, port, user, password, authority }));
    await create("Role", "owner", {
      name: "app_owner",
      login: true,
      password: MIGRATION.password,
      connectionLimit: -1,
    });
    await create("Role", "app", {
      name: "app_rw",
      login: true,
      password: APPLICATION.password,
      connectionLimit: 10,
      statementTimeout: 30000,
      searchPaths: ["app", "public"],
    });
    await create("Role", "reader", { name: "app_ro", login: false });
    await create("GrantRole", "own", { role: "master", grantRole: "app_owner" });
    await create("Database", "db", {
      name: "appdb",
      owner: "app_owner",
      encoding: "UTF8",
      lcCollate: "C",
      lcCtype: "C",
      template: "template0",
      connectionLimit: 50,
    });
    await create("Grant", "revoke-public", {
      database: "appdb",
      role: "public",
      objectType: "database",
      privileges: [],
    });
    await grant("connect", { objectType: "database", privileges: ["CONNECT", "TEMPORARY"] });
    await create("Schema", "schema", { database: "appdb", name: "app", owner: "app_owner", dropCascade: true });
    await grant("usage", { schema: "app", objectType: "schema", privileges: ["USAGE"] });
    await create("DefaultPrivileges", "defaults", {
      ...{ database: "appdb", schema: "app", owner: "app_owner", role: "app_rw", objectType: "table" },
      privileges: ["SELECT", "INSERT"],
    });
  }, 20_000);
  afterAll(() => backing.close?.());

  it("gives each role what was granted and nothing more", async () => {
    const as = <T>(who: typeof MIGRATION, sql: string) =>
      postgres().connect<T>("appdb", async (client) => (await client.query(sql)).rows as T, who);
    await as(MIGRATION, "create table app.orders (id int)");
    await as(APPLICATION, "insert into orders values (1)");
    expect(await as(APPLICATION, "select * from orders")).toEqual([{ id: 1 }]);
    await expect(as(APPLICATION, "delete from orders")).rejects.toThrow("permission denied for table orders");
    await expect(as(APPLICATION, "create table app.mine (id int)")).rejects.toThrow("permission denied for schema app");
    await expect(as({ user: "app_ro", password: "x" }, "select 1")).rejects.toThrow();
  });

  it("answers what only the server computes", async () => {
    expect(find("db").outputs).toMatchObject({
      tablespaceName: "pg_default",
      isTemplate: false,
      allowConnections: true,
    });
    expect(find("schema").outputs).toMatchObject({ owner: "app_owner" });
    const extension = await create("Extension", "crypto", { database: "appdb", name: "pgcrypto" });
    expect(extension).toMatchObject({ schema: "public", version: expect.stringMatching(/^\d/) });
  });

  it("installs what a managed server installs for its master user", async () => {
    await create("Extension", "statements", { database: "appdb", name: "pg_stat_statements" });
    const rows = await postgres().query("appdb", "select 1 from pg_extension where extname = 'pg_stat_statements'");
    expect(rows).toHaveLength(1);
  });

  it("finds drift that was made by hand", async () => {
    await postgres().query("appdb", "alter role app_rw connection limit 3");
    await postgres().query("appdb", "revoke temporary on database appdb from app_rw");
    await postgres().query("appdb", "grant pg_monitor to app_ro");
    expect(await backing.read(find("app"))).toMatchObject({
      connectionLimit: 3,
      statementTimeout: 30000,
      searchPaths: ["app", "public"],
    });
    expect(await backing.read(find("connect"))).toEqual({ privileges: ["CONNECT"] });
    expect(await backing.read(find("reader"))).toMatchObject({ roles: ["pg_monitor"] });
  });

  it("repairs the drift with the next update", async () => {
    const drifted = { ...find("connect"), outputs: { ...find("connect").outputs, privileges: ["CONNECT"] } };
    await update(drifted, find("connect").inputs);
    expect(await backing.read(find("connect"))).toEqual({});
    await update({ ...find("app"), outputs: { ...find("app").outputs, connectionLimit: 3 } }, find("app").inputs);
    expect(await backing.read(find("app"))).toMatchObject({ connectionLimit: 10 });
  });

  it("says that a thing is gone that was dropped by hand", async () => {
    await create("Schema", "extra", { database: "appdb", name: "extra" });
    await postgres().query("appdb", "drop schema extra");
    expect(await backing.read(find("extra"))).toBeUndefined();
    await expect(backing.delete(find("extra"))).resolves.toBeUndefined();
  });

  it("refuses a role that somebody else made, and takes over what its own interrupted creation left", async () => {
    await postgres().query("postgres", "create role stranger");
    await expect(create("Role", "stranger", { name: "stranger" })).rejects.toThrow('role "stranger" already exists');
    await expect(backing.create(find("app"))).resolves.toEqual({});
    await expect(backing.create(find("db"))).resolves.toMatchObject({ owner: "app_owner" });
  });

  it("refuses what only the server finds", async () => {
    await expect(grant("lower", { schema: "app", objectType: "table", privileges: ["select"] })).rejects.toThrow(
      "select is not an allowed privilege for object type table",
    );
    await expect(grant("bare", { objectType: "table", privileges: ["SELECT"] })).rejects.toThrow(
      "parameter 'schema' is mandatory",
    );
    await expect(
      grant("nobody", { schema: "app", role: "nobody", objectType: "table", privileges: ["SELECT"] }),
    ).rejects.toThrow('role "nobody" does not exist');
    await expect(create("Database", "odd", { name: "odd", lcCollate: "xx_XX" })).rejects.toThrow("invalid locale name");
  });

  it("changes nothing, and says nothing, where a master who is no superuser grants on another's database", async () => {
    await postgres().query("postgres", "create database foreign_db");
    const outputs = await create("Grant", "silent", {
      database: "foreign_db",
      role: "app_rw",
      objectType: "database",
      privileges: ["CREATE"],
    });
    expect(outputs).toMatchObject({ privileges: [] });
    await expect(create("Extension", "denied", { database: "foreign_db", name: "pg_trgm" })).rejects.toThrow(
      "permission denied",
    );
  });

  it("makes a function and reads it back", async () => {
    const outputs = await create("Function", "one", {
      database: "appdb",
      schema: "app",
      name: "one",
      returns: "integer",
      language: "sql",
      body: "SELECT 1",
    });
    expect(outputs).toMatchObject({
      body: "SELECT 1",
      volatility: "VOLATILE",
      parallel: "UNSAFE",
      strict: false,
      returns: "integer",
    });
    expect(await postgres().query("appdb", "select app.one()")).toEqual([{ one: 1 }]);
  });

  it("keeps the password out of what it throws", async () => {
    const secret = "in-no-message";
    const broken = create("Role", "broken", { name: "broken", password: secret, validUntil: "not a date" });
    await expect(broken).rejects.toThrow(/invalid input syntax|date/);
    await broken.catch((error) => expect(JSON.stringify(error) + error.message).not.toContain(secret));
  });

  it("renames in place", async () => {
    await create("Role", "old", { name: "old_name" });
    await update(find("old"), { name: "new_name" });
    const rows = await postgres().query("postgres", "select rolname from pg_roles where rolname like '%_name'");
    expect(rows).toEqual([{ rolname: "new_name" }]);
  });

  it("makes and drops many databases at the same time", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `many_${index}`);
    await Promise.all(names.map((name) => create("Database", name, { name, owner: "app_owner" })));
    await Promise.all(names.map((name) => backing.delete(find(name))));
    expect(await postgres().query("postgres", "select 1 from pg_database where datname like 'many%'")).toEqual([]);
  });

  it("removes everything in the reverse order", async () => {
    const order = [
      "one",
      "defaults",
      "usage",
      "statements",
      "crypto",
      "schema",
      "connect",
      "revoke-public",
      "db",
      "own",
      "reader",
      "app",
      "owner",
    ];
    // A superuser's session does not stand in the way of the master user, who is none.
    const superuser = new Client({ connectionString: postgres().url("appdb"), ssl: { ca: postgres().authority } });
    superuser.on("error", () => undefined);
    await superuser.connect();
    for (const name of order) await backing.delete(find(name));
    await superuser.end();
    const roles = await postgres().query("postgres", "select rolname from pg_roles where rolname like 'app%'");
    expect(roles).toEqual([]);
    expect(await postgres().query("postgres", "select 1 from pg_database where datname = 'appdb'")).toEqual([]);
  });
});

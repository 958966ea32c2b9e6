import * as pulumi from "@pulumi/pulumi";
import { edgeOutputs } from "../testing/edge-outputs.ts";
import { type Recording, record } from "../testing/mocks.ts";
import { Database, type DatabaseArgs } from "./database.ts";

const args: DatabaseArgs = {
  databaseName: "helpdesk",
  administrator: "platform",
  host: "writer.example.com",
  port: 5432,
  readerHost: "reader.example.com",
  tls: true,
  poolSize: 20,
  processes: 3,
  dataProtection: "protected",
};

const role = "postgresql:index/role:Role";
const grant = "postgresql:index/grant:Grant";

async function declare(changes: Partial<DatabaseArgs> = {}) {
  const made: Database[] = [];
  const recording = await record(() => void made.push(new Database("helpdesk", { ...args, ...changes })), {
    types: edgeOutputs,
  });
  const [database] = made;
  if (database === undefined) throw new Error("the database was not declared");
  return { database, recording };
}

const privileges = (recording: Recording, name: string) => recording.only(grant, name).inputs.privileges;

test("gives every role a password in an envelope, and none the rights of a superuser", async () => {
  const { recording } = await declare();
  const roles = recording.ofType(role);
  expect(roles.map(({ inputs }) => inputs.name)).toEqual([
    "helpdesk_application",
    "helpdesk_backup",
    "helpdesk_migrator",
    "helpdesk_monitoring",
    "helpdesk_owner",
    "helpdesk_readonly",
  ]);
  for (const { inputs, secrets, name } of roles) {
    expect(inputs).not.toHaveProperty("superuser");
    const allowed = ["helpdesk_owner", "pg_read_all_data", "pg_monitor"];
    expect(allowed).toEqual(expect.arrayContaining((inputs.roles as string[] | undefined) ?? []));
    expect(secrets).toEqual(name === "helpdesk-role-owner" ? [] : ["password"]);
  }
  expect(recording.only(role, "helpdesk-role-owner").inputs).toMatchObject({ login: false });
});

test("lets at the readers only as many pools as there are processes that read there", async () => {
  const { recording } = await declare({ readingProcesses: 1 });
  const limitOf = (name: string) => recording.only(role, `helpdesk-role-${name}`).inputs.connectionLimit;
  expect([limitOf("application"), limitOf("readonly")]).toEqual([60, 20]);
});

test("derives the limits from the pools, so that they always fit", async () => {
  const { recording } = await declare();
  expect(recording.only(role, "helpdesk-role-application").inputs.connectionLimit).toBe(60);
  const limits = recording.ofType(role).map(({ inputs }) => Number(inputs.connectionLimit ?? 0));
  const { connectionLimit } = recording.only("postgresql:index/database:Database").inputs;
  expect(connectionLimit).toBe(limits.reduce((sum, limit) => sum + limit, 0));
});

test("lets the application change rows but no structure, and the reader change nothing", async () => {
  const { recording } = await declare();
  expect(privileges(recording, "helpdesk-grant-table-application")).toEqual(["SELECT", "INSERT", "UPDATE", "DELETE"]);
  expect(privileges(recording, "helpdesk-grant-schema-application")).toEqual(["USAGE"]);
  expect(privileges(recording, "helpdesk-grant-table-readonly")).toEqual(["SELECT"]);
  expect(privileges(recording, "helpdesk-grant-public")).toEqual([]);
  expect(privileges(recording, "helpdesk-grant-schema-public")).toEqual([]);
});

test("makes the migrator act as the owner, and the backup role read everything", async () => {
  const { recording } = await declare();
  const inputsOf = (name: string) => recording.only(role, name).inputs;
  expect(inputsOf("helpdesk-role-migrator")).toMatchObject({ assumeRole: "helpdesk_owner", roles: ["helpdesk_owner"] });
  expect(inputsOf("helpdesk-role-backup").roles).toEqual(["pg_read_all_data"]);
  expect(inputsOf("helpdesk-role-monitoring").roles).toEqual(["pg_monitor"]);
});

test("gives no membership by two ways: the role's own update would take the other's away", async () => {
  const { recording } = await declare();
  const granted = recording.ofType("postgresql:index/grantRole:GrantRole").map(({ inputs }) => inputs.role);
  const managed = recording.ofType(role).map(({ inputs }) => inputs.name);
  expect(granted.filter((name) => managed.includes(name))).toEqual([]);
});

test("drops the database before its roles, which the server would not let go while it depends on them", async () => {
  const { recording } = await declare();
  const { dependencies } = recording.only("postgresql:index/database:Database");
  expect(dependencies).toEqual(expect.arrayContaining(recording.ofType(role).map(({ name }) => name)));
});

test("gives rights on functions by default privileges only: an extension's functions are not ours to give", async () => {
  const { recording } = await declare();
  const onFunctions = recording.resources.filter(({ inputs }) => inputs.objectType === "function");
  expect(onFunctions.map(({ type }) => type)).toEqual(["postgresql:index/defaultPrivileges:DefaultPrivileges"]);
});

test("makes the administrator a member of the owner before the database exists, or its grants would change nothing", async () => {
  const { recording } = await declare();
  const database = recording.only("postgresql:index/database:Database");
  expect(database.dependencies).toContain("helpdesk-member-administrator");
});

test("chains all changes of rights: no two run at once", async () => {
  const { recording } = await declare();
  const chained = recording.resources.filter(
    ({ type, name }) =>
      /:(?:Grant|GrantRole|DefaultPrivileges)$/.test(type) && name !== "helpdesk-member-administrator",
  );
  const names = new Set(chained.map(({ name }) => name));
  const followers = chained.flatMap(({ dependencies }) => dependencies.filter((name) => names.has(name)));
  // A chain: everything but its last link is followed by exactly one other.
  expect(new Set(followers).size).toBe(followers.length);
  expect(followers).toHaveLength(chained.length - 1);
});

test("leads readers to the replicas and dumps to the writer, over TLS, as secrets", async () => {
  const { database } = await declare();
  const { application, readonly, backup } = database.urls;
  expect(await Promise.all([application, readonly, backup].map((url) => pulumi.isSecret(url)))).toEqual([
    true,
    true,
    true,
  ]);
  const text = await new Promise<string>((resolve) => readonly.apply(resolve));
  expect(text).toMatch(/^postgresql:\/\/helpdesk_readonly:x+@reader\.example\.com:5432\/helpdesk\?sslmode=require$/);
});

test("protects the database and keeps it when it leaves the program", async () => {
  const { recording } = await declare();
  const database = recording.only("postgresql:index/database:Database");
  expect(database).toMatchObject({ protect: true, retainOnDelete: true });
  const disposable = (await declare({ dataProtection: "disposable" })).recording;
  expect(disposable.only("postgresql:index/database:Database")).toMatchObject({
    protect: false,
    retainOnDelete: false,
  });
});

test("reads slow queries where the checks expect them", async () => {
  const { recording } = await declare();
  expect(recording.only("postgresql:index/extension:Extension").inputs).toMatchObject({ name: "pg_stat_statements" });
});

test.each([
  [{ databaseName: "Help-Desk" }, /helpdesk\.databaseName/],
  [{ poolSize: 0 }, /helpdesk\.poolSize/],
  [{ processes: 1.5 }, /helpdesk\.processes/],
])("refuses %j before anything is registered", (changes, message) => {
  expect(() => new Database("helpdesk", { ...args, ...changes })).toThrow(message);
});

import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { readSchema } from "../database/catalog.ts";
import { connect, withConnection } from "../database/connection.ts";
import { withMigrationLock } from "./lock.ts";
import { acceptDifference, type MigrationTarget, migrate, readStatus, rollback } from "./migrate.ts";
import type { RunnerEvent } from "./runner.ts";
import { compareWithSnapshot, readSnapshotFile, verifyMigrations, writeSnapshotFile } from "./verify.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithPostgres("migrations on a real server", () => {
  const postgres = usePostgres();
  let target: MigrationTarget;
  let count = 0;

  beforeEach(async () => {
    count += 1;
    await postgres().query("postgres", `CREATE DATABASE m${count}`);
    target = { url: postgres().url(`m${count}`), directory: await mkdtemp(join(tmpdir(), "thorbis-migrations-")) };
  });
  afterEach(async () => {
    await rm(target.directory, { recursive: true, force: true });
  });

  const write = (name: string, up: string, down: string, header = ""): Promise<void> =>
    writeFile(
      join(target.directory, name),
      `-- description: ${name}\n${header}-- migrate:up\n${up}\n-- migrate:down\n${down}\n`,
    );
  const rows = async (sql: string): Promise<unknown[]> =>
    (await withConnection(target.url, "test", (client) => client.query(sql))).rows;
  const two = async (): Promise<void> => {
    await write("1_orders.sql", "CREATE TABLE orders (id int PRIMARY KEY);", "DROP TABLE orders;");
    await write("2_note.sql", "ALTER TABLE orders ADD COLUMN note text;", "ALTER TABLE orders DROP COLUMN note;");
  };

  it("applies what is pending, records it, and has nothing to do the second time", async () => {
    await two();
    expect((await migrate(target)).map(({ version }) => version)).toEqual(["1", "2"]);
    expect(await migrate(target)).toEqual([]);
    const [row] = (await readStatus(target)).applied;
    expect(row).toMatchObject({ version: "1", description: "1_orders.sql", rolledBackAt: null });
    expect(row?.appliedBy).toMatch(/^.+@.+$/);
  });

  it("reads the status of an untouched database without touching it", async () => {
    await two();
    expect((await readStatus(target)).pending).toHaveLength(2);
    expect(await rows("SELECT relname FROM pg_class WHERE relname ~ '^schema_migrations'")).toEqual([]);
  });

  it("rolls back to a version, keeps the history, and applies again", async () => {
    await two();
    await migrate(target);
    expect((await rollback(target, { to: "1" })).map(({ version }) => version)).toEqual(["2"]);
    await migrate(target);
    expect(await rows("SELECT version, rolled_back_at IS NULL AS active FROM schema_migrations ORDER BY id")).toEqual([
      { version: "1", active: true },
      { version: "2", active: false },
      { version: "2", active: true },
    ]);
  });

  it("refuses to migrate to a version that nobody wrote, and to one that is applied has nothing to do", async () => {
    await two();
    await expect(migrate(target, { to: "7" })).rejects.toMatchObject({ exitCode: 2 });
    expect(await migrate(target, { to: "1" })).toHaveLength(1);
    expect(await migrate(target, { to: "1" })).toEqual([]);
  });

  it("refuses to roll back to a version that was never applied", async () => {
    await two();
    await migrate(target, { to: "1" });
    await expect(rollback(target, { to: "2" })).rejects.toThrow("version 2 is not applied");
  });

  it("refuses a changed migration until it is accepted with a reason, which leaves an audit row", async () => {
    await two();
    await migrate(target);
    await write("1_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);", "DROP TABLE orders;");
    await write("3_more.sql", "SELECT 1;", "SELECT 1;");
    await expect(migrate(target)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("1_orders.sql was changed"),
    });
    await expect(acceptDifference(target, "1", "because")).rejects.toThrow("at least ten characters");
    await acceptDifference(target, "1", "the type was corrected by hand, see the ticket");
    expect((await migrate(target)).map(({ version }) => version)).toEqual(["3"]);
    expect(await rows("SELECT action, version, reason FROM schema_migrations_audit")).toEqual([
      { action: "accepted-changed", version: "1", reason: "the type was corrected by hand, see the ticket" },
    ]);
  });

  it("refuses a missing file and names only the cause", async () => {
    await two();
    await migrate(target);
    await unlink(join(target.directory, "1_orders.sql"));
    const { problems } = await readStatus(target);
    expect(problems).toEqual([{ kind: "missing", version: "1", description: "1_orders.sql" }]);
    await expect(migrate(target)).rejects.toThrow("applied but has no file");
  });

  it("refuses a migration that slipped in before an applied one", async () => {
    await two();
    await migrate(target);
    await write("1_orders.sql", "CREATE TABLE orders (id int PRIMARY KEY);", "DROP TABLE orders;");
    await unlink(join(target.directory, "2_note.sql"));
    await write("2_note.sql", "ALTER TABLE orders ADD COLUMN note text;", "ALTER TABLE orders DROP COLUMN note;");
    await write("01500_late.sql", "SELECT 1;", "SELECT 1;");
    await write("3000_newest.sql", "SELECT 1;", "SELECT 1;");
    await migrate(target);
    await write("1600_slipped.sql", "SELECT 1;", "SELECT 1;");
    await expect(migrate(target)).rejects.toThrow(/1600_slipped\.sql is not applied but older than the applied 3000/);
  });

  it.each([0, 1, 2])("keeps nothing of a migration that fails at statement %d", async (failing) => {
    const statements = ["CREATE TABLE a (id int);", "CREATE TABLE b (id int);", "CREATE TABLE c (id int);"];
    await write("1_abc.sql", statements.with(failing, "SELECT 1 / 0;").join("\n"), "SELECT 1;");
    await expect(migrate(target)).rejects.toThrow(`1_abc.sql:${failing + 3}: division by zero`);
    expect(await rows("SELECT relname FROM pg_class WHERE relname IN ('a', 'b', 'c')")).toEqual([]);
    expect(await rows("SELECT version FROM schema_migrations")).toEqual([]);
    await write("1_abc.sql", statements.join("\n"), "SELECT 1;");
    expect(await migrate(target)).toHaveLength(1);
  });

  it("continues a migration with statements outside a transaction where it failed", async () => {
    const up = (last: string): string =>
      `CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY t_id ON t (id);\nINSERT INTO t VALUES (1);\n${last}`;
    await write("1_t.sql", up("SELECT count(*) / (SELECT count(*) FROM t WHERE id = 2) FROM t;"), "SELECT 1;");
    await expect(migrate(target)).rejects.toThrow("division by zero");
    expect(await rows("SELECT done FROM schema_migrations_progress")).toEqual([{ done: 2 }]);
    await rows("INSERT INTO t VALUES (2)");
    await migrate(target);
    expect(await rows("SELECT count(*)::int AS n FROM t")).toEqual([{ n: 2 }]);
    expect(await rows("SELECT * FROM schema_migrations_progress")).toEqual([]);
  });

  it("does not continue a half-applied migration whose file was changed", async () => {
    await write("1_t.sql", "CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY t_id ON t (nothing);", "SELECT 1;");
    await expect(migrate(target)).rejects.toThrow('column "nothing" does not exist');
    await write(
      "1_t.sql",
      "CREATE TABLE t (id int, more int);\nCREATE INDEX CONCURRENTLY t_id ON t (id);",
      "SELECT 1;",
    );
    await expect(migrate(target)).rejects.toThrow("was changed after its first 1 statement(s) had been applied");
  });

  it("replaces the invalid index that a failed concurrent build left behind", async () => {
    await rows("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)");
    await write(
      "1_unique.sql",
      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);",
      "DROP INDEX CONCURRENTLY t_id;",
    );
    await expect(migrate(target)).rejects.toThrow("could not create unique index");
    expect(await rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass")).toEqual([
      { indisvalid: false },
    ]);
    await rows("DELETE FROM t WHERE ctid = '(0,1)'");
    await migrate(target);
    expect(await rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass")).toEqual([
      { indisvalid: true },
    ]);
    await rollback(target, { to: "0" });
    expect(await rows("SELECT FROM pg_class WHERE relname = 't_id'")).toEqual([]);
  });

  it("tries again after a lock timeout, and gives up after the last retry", async () => {
    await rows("CREATE TABLE t (id int)");
    await write("1_t.sql", "ALTER TABLE t ADD COLUMN a int;", "SELECT 1;", "-- lock_timeout: 20ms\n");
    const blocker = await connect(target.url, "test");
    await blocker.query("BEGIN; LOCK TABLE t");
    await expect(migrate(target, { lockRetries: 1, retryPauseMs: 1 })).rejects.toThrow("lock timeout");
    const events: RunnerEvent["kind"][] = [];
    await migrate(target, {
      retryPauseMs: 1,
      onProgress: ({ kind }) => {
        events.push(kind);
        if (kind === "retry") void blocker.end();
      },
    });
    expect(events.slice(0, 2)).toEqual(["started", "retry"]);
    expect(events.at(-1)).toBe("finished");
  });

  it("tells a second runner who holds the lock, and lets it wait by choice", async () => {
    await two();
    await withConnection(target.url, "test", async (client) => {
      let waiting: Promise<unknown> = Promise.resolve();
      await withMigrationLock(client, { waitMs: 0 }, async () => {
        await expect(migrate(target)).rejects.toThrow(
          new RegExp(`being run by .+@.+, process ${process.pid}, since 20`),
        );
        const told = new Promise<number | undefined>((resolve) => {
          waiting = migrate(target, { waitMs: 20_000, onWait: (holder) => resolve(holder?.pid) });
        });
        expect(await told).toBe(process.pid);
      });
      await waiting;
    });
    expect((await readStatus(target)).pending).toEqual([]);
  });

  it("applies each migration once when two runners start together", async () => {
    await two();
    const results = await Promise.all([migrate(target, { waitMs: 20_000 }), migrate(target, { waitMs: 20_000 })]);
    expect(results.map((applied) => applied.length).sort()).toEqual([0, 2]);
  });

  it("refuses when what is pending is not what was approved", async () => {
    await two();
    await expect(migrate(target, { approved: [{ version: "1", checksum: "another" }] })).rejects.toThrow(
      "not what was approved",
    );
    expect(await rows("SELECT version FROM schema_migrations")).toEqual([]);
  });

  it("proves up, down, up and compares the live schema with the snapshot", async () => {
    await two();
    const { schema } = await verifyMigrations(postgres().url("postgres"), target.directory);
    const file = join(target.directory, "schema.txt");
    await writeSnapshotFile(file, schema);
    await migrate(target);
    const snapshot = await readSnapshotFile(file);
    expect(await compareWithSnapshot(target.url, snapshot)).toEqual({ missing: [], unexpected: [] });
    await rows("ALTER TABLE orders ADD COLUMN by_hand int");
    expect((await compareWithSnapshot(target.url, snapshot)).unexpected).toEqual([
      "column public.orders.by_hand integer",
    ]);
    expect(await postgres().query("postgres", "SELECT FROM pg_database WHERE datname ~ '^thorbis_verify'")).toEqual([]);
  });

  it("finds a down part that does not restore the schema", async () => {
    await write("1_orders.sql", "CREATE TABLE orders (id int); CREATE TYPE mood AS ENUM ('a');", "DROP TABLE orders;");
    await expect(verifyMigrations(postgres().url("postgres"), target.directory)).rejects.toThrow(
      "1_orders.sql: its down part does not restore the schema:\n+ enum public.mood 'a'",
    );
  });

  it("sees every kind of object in the schema", async () => {
    await rows(`CREATE SCHEMA app; CREATE DOMAIN app.email AS text CHECK (value ~ '@');
      CREATE TABLE app.t (id int GENERATED ALWAYS AS IDENTITY, e app.email, d text DEFAULT 'x', u text GENERATED ALWAYS AS (upper(d)) STORED);
      CREATE VIEW app.v AS SELECT id FROM app.t; CREATE SEQUENCE app.s;
      CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER tr BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.f();
      ALTER TABLE app.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON app.t USING (id > 0);
      CREATE TABLE app.parts (id int) PARTITION BY RANGE (id); CREATE TABLE app.part1 PARTITION OF app.parts FOR VALUES FROM (1) TO (5)`);
    const { lines } = await withConnection(target.url, "test", readSchema);
    const kinds = new Set(lines.map((line) => line.split(" ")[0]));
    expect([...kinds].sort()).toEqual([
      "column",
      "domain",
      "function",
      "partitioned",
      "policy",
      "schema",
      "sequence",
      "table",
      "trigger",
      "view",
    ]);
    expect(lines).toContain("column app.t.u text generated upper(d)");
  });
});

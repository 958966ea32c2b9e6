import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import type { Measurements } from "../audit/metrics.ts";
import { parseSettings } from "../settings.ts";
import { type Check, runChecks } from "../verification/check.ts";
import { credentialChecks } from "./credentials.ts";
import type { JobDatabase } from "./databases.ts";
import type { JobContext } from "./job.ts";
import { bloatedIndexes, invalidIndexes, unusedIndexes, vacuum } from "./maintenance.ts";
import { cacheHits, connectionUse, deadRows, longRunning, slowQueries } from "./performance.ts";
import { vitals } from "./vitals.ts";

describeWithPostgres("the jobs of a database", () => {
  const postgres = usePostgres();
  let database: JobDatabase;
  let measured: Measurements;
  const measure = (_: string, more: Measurements) => {
    measured = { ...measured, ...more };
  };
  const context = (deadline = new Date(Date.now() + 60_000)): JobContext => ({
    settings: parseSettings({ environment: "test" }),
    now: () => new Date(),
    deadline,
    measure,
  });
  const resultOf = async (check: Check) => {
    const [result] = await runChecks([check]);
    return { status: result?.status, detail: result?.detail };
  };
  const query = (sql: string) => postgres().query<Record<string, unknown>>("jobs", sql);

  beforeAll(async () => {
    await postgres().query("postgres", "CREATE DATABASE jobs");
    database = { name: "jobs-database", url: postgres().url("jobs"), suffix: "" };
    await query(`
      CREATE TABLE orders (id int PRIMARY KEY, note text);
      ALTER TABLE orders SET (autovacuum_enabled = false);
      INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 30000) i;
      CREATE INDEX orders_note ON orders (note);
      ANALYZE orders;
      DELETE FROM orders WHERE id > 3000`);
  });
  beforeEach(() => {
    measured = {};
  });

  test("names the table whose dead rows nobody removes, until the vacuum removed them", async () => {
    expect(await resultOf(deadRows(database))).toEqual({
      status: "failed",
      detail: "public.orders: 27000 dead of 30000",
    });
    expect(await resultOf(vacuum(context(), database))).toEqual({ status: "passed", detail: "public.orders" });
    expect((await resultOf(deadRows(database))).status).toBe("passed");
  });

  test("rebuilds an index that is larger than its rows need, once", async () => {
    const size = async () => Number((await query("SELECT pg_relation_size('orders_note') AS size"))[0]?.size);
    const before = await size();
    expect(await resultOf(bloatedIndexes(context(), database, 500_000))).toEqual({
      status: "passed",
      detail: "public.orders_note, public.orders_pkey",
    });
    expect(await size()).toBeLessThan(before / 2);
    expect((await resultOf(bloatedIndexes(context(), database, 8_192))).detail).toBe("nothing to do");
  });

  test("rebuilds an invalid index, drops the remains of a stopped rebuild, and says what could not be built", async () => {
    await query("CREATE TABLE twins (id int); INSERT INTO twins VALUES (1), (1)");
    await expect(query("CREATE UNIQUE INDEX CONCURRENTLY twins_id ON twins (id)")).rejects.toThrow("could not create");
    await expect(query("CREATE UNIQUE INDEX CONCURRENTLY twins_id_ccnew ON twins (id)")).rejects.toThrow(
      "could not create",
    );
    expect(await resultOf(invalidIndexes(context(), database))).toEqual({
      status: "failed",
      detail: expect.stringMatching(/^1 of 2 not done: public.twins_id: could not create unique index/),
    });
    // The rebuild that failed has left remains of its own; both are mended as soon as the data is.
    await query("DELETE FROM twins");
    expect((await resultOf(invalidIndexes(context(), database))).status).toBe("passed");
    const left = await query("SELECT relname FROM pg_class WHERE relname LIKE 'twins_id%' AND relkind = 'i'");
    expect(left).toEqual([{ relname: "twins_id" }]);
  });

  test("begins nothing when the window has closed, and is red", async () => {
    expect(await resultOf(vacuum(context(new Date(Date.now() - 1)), database))).toEqual({
      status: "failed",
      detail: expect.stringContaining("public.orders: the window has closed"),
    });
  });

  test("reports an index that nobody used, and leaves it", async () => {
    const report = await resultOf(unusedIndexes(database));
    expect(report).toEqual({ status: "passed", detail: expect.stringContaining("public.orders_note") });
    expect(report.detail).not.toContain("orders_pkey");
  });

  test("counts connections against the database's own limit", async () => {
    expect((await resultOf(connectionUse(database))).status).toBe("passed");
    await query("ALTER DATABASE jobs CONNECTION LIMIT 1");
    const result = await resultOf(connectionUse(database));
    await query("ALTER DATABASE jobs CONNECTION LIMIT -1");
    expect(result).toEqual({ status: "failed", detail: "1 of 1 in use, 0 idle in a transaction: more than 80 %" });
  });

  test("does not pass slow queries while nobody counts statements, and names them without secrets", async () => {
    expect(await resultOf(slowQueries(database))).toEqual({
      status: "unknown",
      detail: "the extension pg_stat_statements is not installed, so nothing is known",
    });
    await query("CREATE EXTENSION pg_stat_statements");
    expect((await resultOf(slowQueries(database))).status).toBe("passed");
    await query("CREATE ROLE blind LOGIN PASSWORD 'blind'");
    const blind = { ...database, url: postgres().url("jobs", "blind", "blind") };
    expect(await resultOf(slowQueries(blind))).toMatchObject({ status: "unknown" });
    await Promise.all([query("SELECT pg_sleep(1.05)"), query("DO $$ BEGIN PERFORM pg_sleep(1.05), 'hidden'; END $$")]);
    expect(await resultOf(slowQueries(database))).toEqual({
      status: "failed",
      detail: expect.stringMatching(/^-?\d+: \d+ ms × 1: SELECT pg_sleep\(\$1\)$/),
    });
  });

  test("judges the cache only by what was read, and finds nothing that runs too long", async () => {
    expect(await resultOf(cacheHits(database))).toMatchObject({ status: "passed" });
    expect((await resultOf(longRunning(database))).status).toBe("passed");
  });

  const pace = { attempts: 12, pauseMilliseconds: 1, windowMilliseconds: 1_500 };

  test("measures what a database does while it is watched, not what it did before", async () => {
    await query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    // Slow before the window: it counts for no window any more.
    await query("SELECT pg_sleep(1.05), 'before'");
    const watching = resultOf(vitals(context(), database, pace));
    const read = Array.from({ length: 4 }, () =>
      query("SELECT count(*) FROM orders o CROSS JOIN generate_series(1, 40)"),
    );
    await Promise.all([query("SELECT pg_sleep(1.05)"), ...read]);
    expect(await watching).toMatchObject({ status: "passed" });
    expect(measured).toMatchObject({ connectionErrors: 0, slowQueries: 1 });
    expect(measured.connections).toBeGreaterThan(0);
  });

  test("counts every refused attempt, so that a server that is gone passes the alarm's threshold", async () => {
    const gone = { ...database, url: "postgresql://nobody:secret@127.0.0.1:1/jobs" };
    const result = await resultOf(vitals(context(), gone, pace));
    expect(result).toMatchObject({
      status: "failed",
      detail: expect.stringMatching(/^12 of 12 attempts.*127.0.0.1:1/),
    });
    expect(result.detail).not.toContain("secret");
    expect(measured).toEqual({ connectionErrors: 12 });
  });

  test("does not pass while nobody counts statements", async () => {
    const blind = { ...database, url: postgres().url("jobs", "blind", "blind") };
    expect(await resultOf(vitals(context(), blind, pace))).toMatchObject({
      status: "unknown",
      detail: expect.stringContaining("no member of pg_read_all_stats"),
    });
  });

  test("finds expired log-ins, superusers, and what is open to everybody", async () => {
    const scan = async () =>
      (await runChecks(credentialChecks(database, () => new Date()))).map(({ name, detail }) => `${name}: ${detail}`);
    expect(await scan()).toEqual([
      "expired credentials of jobs-database: no role can log in whose password has expired",
      "superusers of jobs-database: no superuser beside the server's own",
      "open schemas of jobs-database: nobody but the owners may create objects",
      "public grants of jobs-database: no table is open to every role",
    ]);
    await query(`
      CREATE ROLE leaver LOGIN VALID UNTIL '2020-01-31';
      CREATE ROLE root SUPERUSER;
      GRANT CREATE ON SCHEMA public TO PUBLIC;
      GRANT SELECT ON orders TO PUBLIC`);
    expect(await scan()).toEqual([
      "expired credentials of jobs-database: leaver (2020-01-31)",
      "superusers of jobs-database: root",
      "open schemas of jobs-database: public",
      "public grants of jobs-database: public.orders",
    ]);
  });
});

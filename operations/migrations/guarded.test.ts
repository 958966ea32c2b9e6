import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { type Guard, type GuardStep, migrateGuarded, rollbackGuarded } from "./guarded.ts";
import { type MigrationTarget, migrate, readStatus } from "./migrate.ts";
import { makePlan, parsePlan } from "./plan.ts";
import { verifyMigrations, writeSnapshotFile } from "./verify.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithPostgres("a migration of a protected environment", () => {
  const postgres = usePostgres();
  let target: MigrationTarget;
  let steps: GuardStep[];
  let notices: string[];
  let backups: number;
  let count = 0;

  beforeEach(async () => {
    count += 1;
    steps = [];
    notices = [];
    backups = 0;
    await postgres().query("postgres", `CREATE DATABASE g${count}`);
    target = { url: postgres().url(`g${count}`), directory: await mkdtemp(join(tmpdir(), "thorbis-guarded-")) };
    await write("CREATE TABLE orders (id int);");
  });
  afterEach(async () => {
    await rm(target.directory, { recursive: true, force: true });
  });

  const write = (up: string): Promise<void> =>
    writeFile(
      join(target.directory, "1_orders.sql"),
      `-- description: orders\n-- lock_timeout: 1s\n-- statement_timeout: 1s\n-- migrate:up\n${up}\n-- migrate:down\nDROP TABLE orders;\n`,
    );
  const now = new Date("2026-11-21T12:00:00Z");
  const guard = (changes: Partial<Guard> = {}): Guard => ({
    environment: "production",
    maxBackupAgeSeconds: 3_600,
    newestVerifiedBackup: async () => new Date(now.getTime() - 60_000),
    createBackup: async () => {
      backups += 1;
    },
    approve: async () => "typed",
    snapshotFile: undefined,
    smokeChecks: async () => undefined,
    notify: async (message) => {
      notices.push(message);
    },
    now: () => now,
    onStep: (step) => steps.push(step),
    ...changes,
  });
  const pending = async (): Promise<number> => (await readStatus(target)).pending.length;

  it("goes through every step in order, and uses a fresh verified backup as it is", async () => {
    const file = join(target.directory, "schema.txt");
    await writeSnapshotFile(file, (await verifyMigrations(postgres().url("postgres"), target.directory)).schema);
    await migrateGuarded(target, guard({ snapshotFile: file }));
    expect(steps).toEqual(["lint", "plan", "approval", "backup", "apply", "schema", "smoke", "notify"]);
    expect([backups, notices]).toEqual([0, ["production: migration of 1 done"]]);
  });

  it.each([
    ["none", undefined],
    ["an old one", new Date(now.getTime() - 3_601_000)],
    ["one from the future", new Date(now.getTime() + 60_000)],
  ])("makes a backup first when there is %s", async (_, newest) => {
    const result = await migrateGuarded(target, guard({ newestVerifiedBackup: async () => newest }));
    expect([result.backupMade, backups]).toEqual([true, 1]);
  });

  it("changes nothing when the backup cannot be made", async () => {
    const failing = guard({
      newestVerifiedBackup: async () => undefined,
      createBackup: async () => {
        throw new Error("the bucket does not answer");
      },
    });
    await expect(migrateGuarded(target, failing)).rejects.toThrow("the bucket does not answer");
    expect(await pending()).toBe(1);
  });

  it("changes nothing without consent", async () => {
    await expect(migrateGuarded(target, guard({ approve: async () => undefined }))).rejects.toMatchObject({
      exitCode: 3,
    });
    expect([await pending(), backups]).toEqual([1, 0]);
  });

  it("takes an approved plan file, and refuses one of another environment, another text, or an edited one", async () => {
    const approved = (await readStatus(target)).pending;
    const plan = makePlan("production", target.url, "up", approved);
    const elsewhere = makePlan("staging", target.url, "up", approved);
    await expect(migrateGuarded(target, guard({ approve: async () => elsewhere }))).rejects.toThrow(
      "its environment differ",
    );
    await write("CREATE TABLE orders (id bigint);");
    await expect(migrateGuarded(target, guard({ approve: async () => plan }))).rejects.toThrow("the migrations differ");
    expect(() => parsePlan(JSON.stringify({ ...plan, environment: "staging" }))).toThrow("changed after it was made");
    await write("CREATE TABLE orders (id int);");
    await migrateGuarded(target, guard({ approve: async () => parsePlan(JSON.stringify(plan)) }));
    expect(await pending()).toBe(0);
  });

  it("refuses what the linter refuses, before it asks anybody", async () => {
    await write("CREATE TABLE orders (id int); BEGIN;");
    await expect(migrateGuarded(target, guard())).rejects.toThrow(/1_orders\.sql:5 nested-transaction/);
    expect(steps).toEqual(["lint"]);
  });

  it("reports a schema that is not the snapshot's, and a failing smoke check, as failures", async () => {
    const file = join(target.directory, "schema.txt");
    await writeSnapshotFile(file, { lines: ["table public.other"], fingerprint: "" });
    await expect(migrateGuarded(target, guard({ snapshotFile: file }))).rejects.toThrow("- table public.other");
    expect(notices[0]).toContain("production: migration of 1 FAILED: the schema is not the one of the snapshot");
    const smoke = guard({
      smokeChecks: async () => {
        throw new Error("https://thorbis.com/api/health answered 503");
      },
    });
    await expect(rollbackGuarded(target, smoke, { to: "0" })).rejects.toThrow("answered 503");
  });

  it("asks for the same consent and backup before a rollback", async () => {
    await migrate(target);
    await rollbackGuarded(target, guard({ newestVerifiedBackup: async () => undefined }), { to: "0" });
    expect(steps).toEqual(["plan", "approval", "backup", "apply", "smoke", "notify"]);
    expect([backups, await pending()]).toEqual([1, 1]);
  });
});

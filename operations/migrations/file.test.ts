import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMigration } from "./create.ts";
import { readMigrations } from "./file.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "thorbis-migrations-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);
const migration = (up: string, down = "SELECT 1;"): string =>
  `-- description: d\n-- migrate:up\n${up}\n-- migrate:down\n${down}\n`;

it("orders by the number of the version, not by its text", async () => {
  await write("10_b.sql", migration("SELECT 2;"));
  await write("9_a.sql", migration("SELECT 1;"));
  expect((await readMigrations(directory)).map(({ version }) => version)).toEqual(["9", "10"]);
});

it("gives the same checksum whatever the line endings", async () => {
  await write("1_a.sql", migration("SELECT 1;"));
  const [unix] = await readMigrations(directory);
  await write("1_a.sql", `\uFEFF${migration("SELECT 1;").replaceAll("\n", "\r\n")}`);
  const [windows] = await readMigrations(directory);
  expect(windows?.checksum).toBe(unix?.checksum);
});

it("chains the checksums: a change shows in every later one", async () => {
  await write("1_a.sql", migration("SELECT 1;"));
  await write("2_b.sql", migration("SELECT 2;"));
  const before = await readMigrations(directory);
  await write("1_a.sql", migration("SELECT 11;"));
  const after = await readMigrations(directory);
  expect(after[1]?.checksum).not.toBe(before[1]?.checksum);
});

it("names every malformed file in one message", async () => {
  await write("1_a.sql", "-- migrate:up\n-- migrate:down\n");
  await write("1_b.sql", migration("SELECT 1;"));
  await write("oops.sql", "");
  await write("2_c.sql", migration("\nCREATE TABEL x;"));
  await write("3_d.sql", `-- lock_timeout: soon\n${migration("SELECT 1;")}`);
  await expect(readMigrations(directory)).rejects.toThrow(
    /oops\.sql: not named[\s\S]*1_b\.sql: has the version of 1_a\.sql[\s\S]*1_a\.sql: the line `-- description: …` is missing[\s\S]*2_c\.sql: line 4: syntax error[\s\S]*3_d\.sql: lock_timeout: soon/,
  );
});

it("splits with the real parser: semicolons in bodies, strings and comments do not count", async () => {
  await write(
    "1_a.sql",
    migration(
      "/* a; /* nested; */ b */ CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n-- é;\nSELECT 'x;y';",
    ),
  );
  const [read] = await readMigrations(directory);
  expect(read?.up.map(({ sql, line }) => [line, sql.slice(0, 15)])).toEqual([
    [3, "CREATE FUNCTION"],
    [5, "SELECT 'x;y'"],
  ]);
});

it("writes a new migration behind the newest even when the clock is behind", async () => {
  await write("20990101000000_future.sql", migration("SELECT 1;"));
  const path = await createMigration(directory, "Add notes to orders", new Date("2026-11-21T12:00:00Z"));
  expect(path).toBe(join(directory, "20990101000001_add_notes_to_orders.sql"));
  expect((await readMigrations(directory)).at(-1)?.timeouts).toEqual({
    lockTimeout: "5s",
    statementTimeout: "10min",
    stated: true,
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMigrations } from "./file.ts";
import { type Finding, lintMigrations, standing } from "./lint.ts";
import { RULES } from "./rules.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "thorbis-lint-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const TIMEOUTS = "-- lock_timeout: 2s\n-- statement_timeout: 1min\n";

async function lint(up: string, down = "SELECT 1;", header = TIMEOUTS): Promise<Finding[]> {
  const text = `-- description: test\n${header}-- migrate:up\n${up}\n-- migrate:down\n${down}\n`;
  await writeFile(join(directory, "1_test.sql"), text);
  return lintMigrations(await readMigrations(directory));
}

const rulesOf = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

/** For each rule a statement that it must find, and the careful form that it must leave alone. */
const CASES: Record<string, { bad: string; good: string }> = {
  "drop-table": { bad: "DROP TABLE orders;", good: "DROP VIEW orders_view;" },
  "drop-schema": { bad: "DROP SCHEMA old;", good: "DROP VIEW old.v;" },
  "drop-column": {
    bad: "ALTER TABLE orders DROP COLUMN note;",
    good: "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;",
  },
  truncate: { bad: "TRUNCATE orders;", good: "DELETE FROM orders WHERE id < 10;" },
  "delete-all-rows": { bad: "UPDATE orders SET a = 1;", good: "UPDATE orders SET a = 1 WHERE id = 2;" },
  cascade: { bad: "DROP VIEW v CASCADE;", good: "DROP VIEW v;" },
  "index-without-concurrently": {
    bad: "CREATE INDEX i ON orders (a);",
    good: "CREATE INDEX CONCURRENTLY i ON orders (a);",
  },
  "drop-index-without-concurrently": { bad: "DROP INDEX i;", good: "DROP INDEX CONCURRENTLY i;" },
  "reindex-without-concurrently": { bad: "REINDEX TABLE orders;", good: "REINDEX (CONCURRENTLY) TABLE orders;" },
  "constraint-without-not-valid": {
    bad: "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0);",
    good: "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID;",
  },
  "constraint-builds-index": {
    bad: "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (a);",
    good: "ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX i;",
  },
  "validate-in-same-transaction": {
    bad: "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;",
    good: "ALTER TABLE orders VALIDATE CONSTRAINT c;",
  },
  "not-null-on-existing-column": {
    bad: "ALTER TABLE orders ALTER COLUMN a SET NOT NULL;",
    good: "ALTER TABLE orders ADD CONSTRAINT a_set CHECK (a IS NOT NULL) NOT VALID;",
  },
  "column-not-null-without-default": {
    bad: "ALTER TABLE orders ADD COLUMN a int NOT NULL;",
    good: "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 0;",
  },
  "column-rewrites-table": {
    bad: "ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid();",
    good: "ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT now();",
  },
  "column-type-change": {
    bad: "ALTER TABLE orders ALTER COLUMN a TYPE bigint;",
    good: "ALTER TABLE orders ALTER COLUMN a SET DEFAULT 1;",
  },
  "exclusive-maintenance": {
    bad: "REFRESH MATERIALIZED VIEW totals;",
    good: "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
  },
  rename: { bad: "ALTER TABLE orders RENAME COLUMN a TO b;", good: "ALTER INDEX i RENAME TO j;" },
  "nested-transaction": { bad: "BEGIN; SELECT 1; COMMIT;", good: "SAVEPOINT a; RELEASE a;" },
  "outside-inside-transaction": {
    bad: "BEGIN; CREATE INDEX CONCURRENTLY i ON orders (a); COMMIT;",
    good: "CREATE INDEX CONCURRENTLY i ON orders (a);",
  },
  "mixed-with-outside": {
    bad: "SELECT 1; DROP INDEX CONCURRENTLY i;",
    good: "DROP INDEX CONCURRENTLY i;",
  },
  "unnamed-concurrent-index": {
    bad: "CREATE INDEX CONCURRENTLY ON orders (a);",
    good: "CREATE INDEX CONCURRENTLY i ON orders (a);",
  },
  "session-setting": { bad: "SET search_path TO app;", good: "SET LOCAL search_path TO app;" },
  "missing-timeout": { bad: "ALTER TABLE orders ADD COLUMN a int;", good: "CREATE TABLE fresh (id int);" },
};

it("has a case for every rule", () => {
  expect(Object.keys(CASES)).toEqual(RULES.map(({ name }) => name));
});

it.each(Object.entries(CASES))(
  "%s finds the dangerous form and leaves the careful one alone",
  async (name, { bad, good }) => {
    const header = name === "missing-timeout" ? "" : TIMEOUTS;
    expect(rulesOf(await lint(bad, "SELECT 1;", header))).toContain(name);
    expect(rulesOf(await lint(good, "SELECT 1;", header))).not.toContain(name);
  },
);

it("finds what is wrong with the example that the old guide calls safe", async () => {
  const up = `BEGIN;
-- Always add columns with defaults for backwards compatibility
ALTER TABLE work_orders ADD COLUMN IF NOT EXISTS priority_level INTEGER DEFAULT 1;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_work_orders_priority ON work_orders(priority_level) WHERE deleted_at IS NULL;
ALTER TABLE work_orders ADD CONSTRAINT chk_priority_level CHECK (priority_level BETWEEN 1 AND 5);
COMMIT;`;
  const down = `BEGIN;
ALTER TABLE work_orders DROP CONSTRAINT IF EXISTS chk_priority_level;
DROP INDEX CONCURRENTLY IF EXISTS idx_work_orders_priority;
COMMIT;`;
  const findings = await lint(up, down, "");
  const at = findings.map(({ rule, line }) => `${line} ${rule}`);
  expect(at).toEqual([
    "3 nested-transaction",
    "5 missing-timeout",
    "6 outside-inside-transaction",
    "6 mixed-with-outside",
    "6 missing-timeout",
    "7 constraint-without-not-valid",
    "7 missing-timeout",
    "8 nested-transaction",
    "10 nested-transaction",
    "11 missing-timeout",
    "12 outside-inside-transaction",
    "12 mixed-with-outside",
    "12 missing-timeout",
    "13 nested-transaction",
  ]);
});

it("leaves locks on a table alone that the same migration created", async () => {
  expect(await lint("CREATE TABLE a (id int); CREATE INDEX i ON a (id); ALTER TABLE a ADD CHECK (id > 0);")).toEqual(
    [],
  );
});

it("lets a down part remove what its up part made", async () => {
  expect(await lint("CREATE TABLE a (id int);", "DROP TABLE a;")).toEqual([]);
});

it("accepts a waiver with a reason and keeps it visible", async () => {
  const findings = await lint("-- waive drop-table: replaced by orders_2 in release 41\nDROP TABLE orders;");
  expect(findings.map(({ waived }) => waived)).toEqual(["replaced by orders_2 in release 41"]);
  expect(standing(findings)).toEqual([]);
});

it("refuses a waiver without a reason, and one that covers nothing", async () => {
  expect(rulesOf(standing(await lint("-- waive drop-table: ok\nDROP TABLE orders;")))).toEqual([
    "drop-table",
    "waiver-reason",
  ]);
  expect(rulesOf(standing(await lint("-- waive drop-table: it is not used any more\nSELECT 1;")))).toEqual([
    "unused-waiver",
  ]);
});

it("asks for a down part", async () => {
  expect(rulesOf(await lint("CREATE TABLE a (id int);", ""))).toEqual(["empty-down"]);
});

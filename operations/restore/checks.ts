import type pg from "pg";
import { readAccess } from "../backups/access.ts";
import type { Manifest } from "../backups/manifest.ts";
import { readSchema } from "../database/catalog.ts";
import { quoteIdentifier } from "../database/connection.ts";
import { isSelected, type Selection } from "./loading.ts";

export interface CheckResult {
  name: "schema" | "row counts" | "constraints" | "access" | "log-in" | "application";
  ok: boolean;
  detail: string;
}

/** Compares a restored database with what its manifest says about the source. */
export async function checkRestored(
  client: pg.ClientBase,
  manifest: Manifest,
  selection: Selection | undefined,
): Promise<CheckResult[]> {
  return [
    ...(selection === undefined ? [await checkSchema(client, manifest)] : []),
    await checkRowCounts(client, manifest, selection),
    await checkConstraints(client),
    await checkAccess(client, manifest),
  ];
}

/** @param alternatives sets of which one must have had this schema */
export async function checkSchema(client: pg.ClientBase, ...alternatives: readonly Manifest[]): Promise<CheckResult> {
  const { fingerprint, lines } = await readSchema(client);
  const expected = alternatives.map(({ schemaFingerprint }) => schemaFingerprint);
  const ok = expected.includes(fingerprint);
  const short = (text: string): string => text.slice(0, 12);
  const detail = ok
    ? `${lines.length} facts`
    : `fingerprint ${short(fingerprint)}, expected ${expected.map(short).join(" or ")}`;
  return { name: "schema", ok, detail };
}

async function checkRowCounts(
  client: pg.ClientBase,
  manifest: Manifest,
  selection: Selection | undefined,
): Promise<CheckResult> {
  const wrong: string[] = [];
  const counted = Object.entries(manifest.rowCounts).filter(([table]) => {
    const [schema = "", name = ""] = table.split(".");
    return selection === undefined || isSelected({ schema, name }, selection);
  });
  for (const [table, expected] of counted) {
    const [schema = "", name = ""] = table.split(".");
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    );
    if (Number(rows[0]?.count) !== expected) wrong.push(`${table} has ${rows[0]?.count}, expected ${expected}`);
  }
  return {
    name: "row counts",
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `${counted.length} tables` : wrong.join("; "),
  };
}

/** An index that is not valid enforces nothing; a constraint that was valid in the source is valid by the fingerprint. */
export async function checkConstraints(client: pg.ClientBase): Promise<CheckResult> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid",
  );
  const counts = await client.query<{ count: string }>(
    "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'c', 'x')",
  );
  const detail =
    rows.length === 0 ? `${counts.rows[0]?.count} constraints` : `invalid: ${rows.map(({ name }) => name).join(", ")}`;
  return { name: "constraints", ok: rows.length === 0, detail };
}

export async function checkAccess(client: pg.ClientBase, manifest: Manifest): Promise<CheckResult> {
  const now = new Set(await readAccess(client));
  const then = new Set(manifest.access);
  const recorded = new Set(manifest.access.map(roleOf));
  const lost = manifest.access.filter((line) => !now.has(line));
  // Roles that the new server has beyond the source are its own affair.
  const gained = [...now].filter((line) => !then.has(line) && recorded.has(roleOf(line)));
  const wrong = [...lost.map((line) => `lost: ${line}`), ...gained.map((line) => `gained: ${line}`)];
  const detail = wrong.length === 0 ? `${manifest.access.length} rights` : wrong.slice(0, 5).join("; ");
  return { name: "access", ok: wrong.length === 0, detail };
}

/** The role in a line of `readAccess`; a quoted name may hold a space. */
export function roleOf(line: string): string {
  return /^("(?:[^"]|"")*"|\S+)/.exec(line)?.[0] ?? "";
}

import { createHash } from "node:crypto";
import type pg from "pg";

/**
 * A schema as sorted lines of text, one fact a line: comparable between servers, readable in a pull request, and
 * independent of pg_dump's version. Objects that belong to an extension, and the runner's own tables, are left out.
 */
export interface SchemaSnapshot {
  lines: readonly string[];
  /** SHA-256 of the lines, hexadecimal. */
  fingerprint: string;
}

/** Tables that the migration runner keeps for itself. */
export const RUNNER_TABLES = [
  "schema_migrations",
  "schema_migrations_audit",
  "schema_migrations_lock",
  "schema_migrations_progress",
];

const USER_SCHEMA = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;
const FOREIGN_TO_EXTENSIONS = (catalog: string, alias: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;
const OWN_TABLES = RUNNER_TABLES.map((name) => `'${name}'`).join(", ");
const RELATION = `${USER_SCHEMA} AND ${FOREIGN_TO_EXTENSIONS("pg_class", "c")} AND c.relname NOT IN (${OWN_TABLES})`;

/** Each query returns one text column. */
const FACTS: readonly string[] = [
  `SELECT 'schema ' || quote_ident(n.nspname) FROM pg_namespace n
    WHERE ${USER_SCHEMA} AND ${FOREIGN_TO_EXTENSIONS("pg_namespace", "n")}`,
  `SELECT 'extension ' || quote_ident(extname) FROM pg_extension WHERE extname <> 'plpgsql'`,
  `SELECT 'enum ' || format('%I.%I', n.nspname, t.typname) || ' '
          || (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND ${USER_SCHEMA} AND ${FOREIGN_TO_EXTENSIONS("pg_type", "t")}`,
  `SELECT 'domain ' || format('%I.%I', n.nspname, t.typname) || ' ' || format_type(t.typbasetype, t.typtypmod)
          || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || t.typdefault, '')
          || coalesce((SELECT string_agg(' ' || pg_get_constraintdef(oid), '' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid), '')
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'd' AND ${USER_SCHEMA} AND ${FOREIGN_TO_EXTENSIONS("pg_type", "t")}`,
  `SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
               WHEN 'c' THEN 'type' ELSE 'view' END || ' ' || format('%I.%I', n.nspname, c.relname)
          || CASE WHEN c.relpersistence = 'u' THEN ' unlogged' ELSE '' END
          || CASE WHEN c.relrowsecurity THEN ' row security' ELSE '' END
          || CASE WHEN c.relforcerowsecurity THEN ' forced' ELSE '' END
          || coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')
          || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '')
          || coalesce(' inherits ' || (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid), '')
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'c') AND ${RELATION}`,
  `SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || format('%I.%I', n.nspname, c.relname)
          || ' ' || regexp_replace(pg_get_viewdef(c.oid), '\\s+', ' ', 'g')
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${RELATION}`,
  `SELECT 'column ' || format('%I.%I.%I', n.nspname, c.relname, a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
          || CASE WHEN a.attidentity <> '' THEN ' identity ' || a.attidentity::text ELSE '' END
          || coalesce(CASE WHEN a.attgenerated <> '' THEN ' generated ' ELSE ' default ' END || pg_get_expr(d.adbin, d.adrelid), '')
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c') AND ${RELATION}`,
  `SELECT 'constraint ' || format('%I.%I.%I', n.nspname, c.relname, k.conname) || ' ' || pg_get_constraintdef(k.oid)
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype <> 'n' AND ${RELATION}`,
  `SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${RELATION}`,
  `SELECT 'sequence ' || format('%I.%I', n.nspname, c.relname)
          || format(' %s start %s increment %s min %s max %s', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax)
          || CASE WHEN s.seqcycle THEN ' cycle' ELSE '' END
     FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${RELATION} AND NOT EXISTS (SELECT FROM pg_depend o JOIN pg_class t ON t.oid = o.refobjid
            WHERE o.objid = c.oid AND o.deptype IN ('a', 'i') AND t.relname IN (${OWN_TABLES}))`,
  `SELECT CASE p.prokind WHEN 'a' THEN 'aggregate ' || p.oid::regprocedure::text
               ELSE 'function ' || regexp_replace(pg_get_functiondef(p.oid), '\\s+', ' ', 'g') END
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${USER_SCHEMA} AND ${FOREIGN_TO_EXTENSIONS("pg_proc", "p")}`,
  `SELECT 'trigger ' || pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' enabled ' || t.tgenabled::text END
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND ${RELATION}`,
  `SELECT 'policy ' || format('%I.%I.%I', n.nspname, c.relname, p.polname) || ' ' || p.polcmd::text
          || CASE WHEN p.polpermissive THEN '' ELSE ' restrictive' END
          || ' to ' || array_to_string(ARRAY(SELECT r::regrole::text FROM unnest(p.polroles) r ORDER BY 1), ', ')
          || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
          || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
     FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${RELATION}`,
];

/** Reads the schema of the connected database; inside a transaction it sees that transaction's snapshot. */
export async function readSchema(client: pg.ClientBase): Promise<SchemaSnapshot> {
  const lines: string[] = [];
  // Definitions are printed with every name qualified only when nothing is on the search path.
  const before = await client.query<{ path: string }>("SELECT current_setting('search_path') AS path");
  await client.query("SELECT set_config('search_path', 'pg_catalog', false)");
  try {
    for (const fact of FACTS) {
      const { rows } = await client.query<[string]>({ text: fact, rowMode: "array" });
      for (const [line] of rows) lines.push(line);
    }
  } finally {
    await client.query("SELECT set_config('search_path', $1, false)", [before.rows[0]?.path ?? "public"]);
  }
  return snapshotOf(lines);
}

export function snapshotOf(lines: readonly string[]): SchemaSnapshot {
  const sorted = [...lines].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { lines: sorted, fingerprint: createHash("sha256").update(sorted.join("\n")).digest("hex") };
}

export interface SchemaDifference {
  missing: readonly string[];
  unexpected: readonly string[];
}

/** What `actual` lacks of `expected`, and what it has beyond it. */
export function compareSchemas(expected: SchemaSnapshot, actual: SchemaSnapshot): SchemaDifference {
  const wanted = new Set(expected.lines);
  const found = new Set(actual.lines);
  return {
    missing: expected.lines.filter((line) => !found.has(line)),
    unexpected: actual.lines.filter((line) => !wanted.has(line)),
  };
}

export function sameSchema(difference: SchemaDifference): boolean {
  return difference.missing.length === 0 && difference.unexpected.length === 0;
}

/** A difference as `- missing` and `+ unexpected` lines, cut after `limit` lines. */
export function describeDifference(difference: SchemaDifference, limit = 12): string {
  const lines = [
    ...difference.missing.map((line) => `- ${line}`),
    ...difference.unexpected.map((line) => `+ ${line}`),
  ].map((line) => (line.length > 200 ? `${line.slice(0, 197)}...` : line));
  const more = lines.length > limit ? [`  and ${lines.length - limit} more`] : [];
  return [...lines.slice(0, limit), ...more].join("\n");
}

import type pg from "pg";

const NAME = '("(?:[^"]|"")+"|[a-z_][\\w$]*)';
const CREATE = new RegExp(`^CREATE ROLE ${NAME}`);
const ABOUT_ROLE = new RegExp(`^(?:CREATE|ALTER|COMMENT ON) ROLE ${NAME}`);
const MEMBERSHIP = new RegExp(`^GRANT ${NAME} TO ${NAME}`);

/**
 * Creates the roles of a set that the server lacks, with their attributes and memberships. A role that exists already
 * is left as it is: its password and rights belong to the server, not to an older backup.
 *
 * @param script pg_dumpall's output
 * @returns the created roles
 */
export async function restoreRoles(client: pg.ClientBase, script: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("SELECT rolname AS name FROM pg_roles");
  const existing = new Set(rows.map(({ name }) => name));
  const statements = splitStatements(script);
  const created = new Set(statements.flatMap((sql) => namesIn(CREATE, sql)).filter((name) => !existing.has(name)));
  for (const sql of statements) {
    const concerned = [...namesIn(ABOUT_ROLE, sql), ...namesIn(MEMBERSHIP, sql)];
    if (concerned.some((role) => created.has(role))) await client.query(portable(sql));
  }
  return [...created].sort();
}

/**
 * The statements of pg_dumpall, whose form is fixed: quoted strings and names, comments at the beginning of lines. The
 * real parser, which the migrations need, would cost half a gigabyte of memory here.
 */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let current = "";
  // psql's own commands (\restrict of newer versions) are not SQL.
  const text = script.replace(/^(--|\\).*$/gm, "");
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|;|[^'";]+|['"]/g)) {
    if (token !== ";") {
      current += token;
      continue;
    }
    statements.push(current.trim());
    current = "";
  }
  return statements.filter((sql) => sql !== "");
}

function namesIn(form: RegExp, sql: string): string[] {
  return (form.exec(sql)?.slice(1) ?? []).map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  );
}

/** Only a superuser may even say NOSUPERUSER, which is what a new role is anyway; and the old grantor may not exist. */
function portable(sql: string): string {
  if (sql.startsWith("ALTER ROLE")) return sql.replace(/ (NOSUPERUSER|NOREPLICATION|NOBYPASSRLS)\b/g, "");
  if (sql.startsWith("GRANT")) return sql.replace(/ GRANTED BY \S+$/, "");
  return sql;
}

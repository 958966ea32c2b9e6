import { parse } from "pgsql-parser";
import { messageOf } from "../failure.ts";

type ParsedStatement = NonNullable<Awaited<ReturnType<typeof parse>>["stmts"]>[number];
/** One statement of Postgres' own syntax tree: an object with one key, the kind of the statement. */
export type Node = NonNullable<ParsedStatement["stmt"]>;

/** An exemption written above a statement: `-- waive <rule>: <reason>`. */
export interface Waiver {
  rule: string;
  reason: string;
  line: number;
}

export interface Statement {
  sql: string;
  /** Postgres' own syntax tree of the statement. */
  node: Node;
  /** Line in the file, from 1. */
  line: number;
  waivers: readonly Waiver[];
  /** What keeps it from running inside a transaction; undefined when nothing does. */
  outsideTransaction: string | undefined;
}

const WAIVER = /^\s*--\s*waive\s+([a-z-]+)\s*:?\s*(.*?)\s*$/;

/** Splits SQL with Postgres' own parser. Throws an Error that names the line of a syntax error. */
export async function parseStatements(sql: string, firstLine: number): Promise<Statement[]> {
  const bytes = Buffer.from(sql);
  // The parser refuses a text without any token.
  if (withoutLeadingComments(sql) === "") return [];
  const parsed = await parse(sql).catch((error: unknown) => {
    throw new Error(`line ${firstLine + lineOfError(sql, error)}: ${messageOf(error)}`);
  });
  let previousEnd = 0;
  return (parsed.stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length = 0 }) => {
    if (stmt === undefined) return [];
    // The parser counts bytes. Comments before a statement stand between it and the one before.
    const end = length === 0 ? bytes.length : start + length;
    const raw = bytes.subarray(previousEnd, end).toString().replace(/^;/, "");
    const leadingLine = firstLine + newlines(bytes.subarray(0, previousEnd).toString());
    previousEnd = end;
    const text = withoutLeadingComments(raw);
    const leading = raw.slice(0, raw.length - text.length);
    return [
      {
        sql: text.trimEnd(),
        node: stmt,
        line: leadingLine + newlines(leading),
        waivers: waiversIn(leading, leadingLine),
        outsideTransaction: reasonOutsideTransaction(stmt),
      },
    ];
  });
}

function waiversIn(text: string, firstLine: number): Waiver[] {
  return text.split("\n").flatMap((content, offset) => {
    const match = WAIVER.exec(content);
    return match === null ? [] : [{ rule: match[1] ?? "", reason: match[2] ?? "", line: firstLine + offset }];
  });
}

/** Drops white space and comments before the first token; block comments may nest. */
function withoutLeadingComments(sql: string): string {
  let rest = sql.trimStart();
  for (;;) {
    if (rest.startsWith("--")) {
      const end = rest.indexOf("\n");
      rest = end < 0 ? "" : rest.slice(end + 1).trimStart();
    } else if (rest.startsWith("/*")) {
      rest = rest.slice(endOfBlockComment(rest)).trimStart();
    } else {
      return rest;
    }
  }
}

function endOfBlockComment(sql: string): number {
  let depth = 0;
  for (const { index, 0: token } of sql.matchAll(/\/\*|\*\//g)) {
    depth += token === "/*" ? 1 : -1;
    if (depth === 0) return index + 2;
  }
  return sql.length;
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

function lineOfError(sql: string, error: unknown): number {
  const details = error instanceof Error && "sqlDetails" in error ? error.sqlDetails : undefined;
  if (typeof details !== "object" || details === null || !("cursorPosition" in details)) return 0;
  return typeof details.cursorPosition === "number" ? newlines(sql.slice(0, details.cursorPosition)) : 0;
}

/** Statements that Postgres refuses inside a transaction block, by their tree rather than by their words. */
function reasonOutsideTransaction(node: Node): string | undefined {
  if ("IndexStmt" in node && node.IndexStmt.concurrent) return "CREATE INDEX CONCURRENTLY";
  if ("DropStmt" in node && node.DropStmt.concurrent) return "DROP INDEX CONCURRENTLY";
  if ("ReindexStmt" in node) {
    const { kind, params = [] } = node.ReindexStmt;
    if (params.some((param) => "DefElem" in param && param.DefElem.defname === "concurrently"))
      return "REINDEX CONCURRENTLY";
    return kind === "REINDEX_OBJECT_DATABASE" || kind === "REINDEX_OBJECT_SYSTEM" || kind === "REINDEX_OBJECT_SCHEMA"
      ? "REINDEX of a schema or database"
      : undefined;
  }
  if ("VacuumStmt" in node) return node.VacuumStmt.is_vacuumcmd ? "VACUUM" : undefined;
  if ("ClusterStmt" in node) return node.ClusterStmt.relation === undefined ? "CLUSTER of every table" : undefined;
  if ("AlterTableStmt" in node) {
    const detaches = (node.AlterTableStmt.cmds ?? []).some(
      (cmd) =>
        "AlterTableCmd" in cmd &&
        cmd.AlterTableCmd.def !== undefined &&
        "PartitionCmd" in cmd.AlterTableCmd.def &&
        cmd.AlterTableCmd.def.PartitionCmd.concurrent === true,
    );
    return detaches ? "DETACH PARTITION CONCURRENTLY" : undefined;
  }
  return ALWAYS_OUTSIDE[Object.keys(node)[0] ?? ""];
}

const ALWAYS_OUTSIDE: Readonly<Record<string, string>> = {
  CreatedbStmt: "CREATE DATABASE",
  DropdbStmt: "DROP DATABASE",
  CreateTableSpaceStmt: "CREATE TABLESPACE",
  DropTableSpaceStmt: "DROP TABLESPACE",
  AlterSystemStmt: "ALTER SYSTEM",
  CreateSubscriptionStmt: "CREATE SUBSCRIPTION",
  DropSubscriptionStmt: "DROP SUBSCRIPTION",
};

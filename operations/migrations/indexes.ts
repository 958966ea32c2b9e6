import type pg from "pg";
import { quoteIdentifier } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import type { Statement } from "./statements.ts";

/**
 * A CREATE INDEX CONCURRENTLY that fails, or whose client dies, leaves an invalid index behind: it costs every write,
 * serves no read, and makes `IF NOT EXISTS` skip the repair silently. So the state is looked at before and after.
 */
export async function prepareIndexStatement(
  client: pg.ClientBase,
  statement: Statement,
  wasStarted: boolean,
): Promise<"to run" | "already done"> {
  const created = createdIndex(statement);
  if (created !== undefined) {
    const state = await indexState(client, created);
    if (state === "invalid") await client.query(`DROP INDEX CONCURRENTLY ${created.qualified}`);
    // The earlier run died between the server's answer and its own note: the index is there and complete.
    return state === "valid" && wasStarted ? "already done" : "to run";
  }
  const dropped = droppedIndex(statement);
  if (dropped !== undefined && wasStarted) {
    return (await indexState(client, dropped)) === undefined ? "already done" : "to run";
  }
  return "to run";
}

export async function finishIndexStatement(client: pg.ClientBase, statement: Statement): Promise<void> {
  const created = createdIndex(statement);
  if (created === undefined || (await indexState(client, created)) === "valid") return;
  throw new OperationFailure(`the index ${created.qualified} is not valid after its creation`, {
    remedy: "Run the migration again: the invalid index is dropped first. Look for duplicate keys if it is unique.",
  });
}

interface IndexName {
  qualified: string;
}

function createdIndex(statement: Statement): IndexName | undefined {
  if (!("IndexStmt" in statement.node) || !statement.node.IndexStmt.concurrent) return undefined;
  const { idxname, relation } = statement.node.IndexStmt;
  if (idxname === undefined) {
    throw new OperationFailure(`line ${statement.line}: an index that is built concurrently needs a name`, {
      exitCode: 2,
      remedy: "Without one, a half-built index of a failed run cannot be told from a finished one.",
    });
  }
  return nameOf(relation?.schemaname, idxname);
}

function droppedIndex(statement: Statement): IndexName | undefined {
  if (!("DropStmt" in statement.node) || statement.node.DropStmt.removeType !== "OBJECT_INDEX") return undefined;
  const [object] = statement.node.DropStmt.objects ?? [];
  if (object === undefined || !("List" in object)) return undefined;
  const parts = (object.List.items ?? []).flatMap((item) => ("String" in item ? [item.String.sval ?? ""] : []));
  const name = parts.pop();
  return name === undefined ? undefined : nameOf(parts.pop(), name);
}

function nameOf(schema: string | undefined, name: string): IndexName {
  return {
    qualified: schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
  };
}

async function indexState(client: pg.ClientBase, index: IndexName): Promise<"valid" | "invalid" | undefined> {
  const { rows } = await client.query<{ valid: boolean }>(
    "SELECT indisvalid AND indisready AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [index.qualified],
  );
  const row = rows[0];
  return row === undefined ? undefined : row.valid ? "valid" : "invalid";
}

import type { Node } from "./statements.ts";

type Of<Kind extends string> = Node extends infer Each
  ? Each extends { [K in Kind]: infer Value }
    ? Value
    : never
  : never;
export type AlterCommand = Of<"AlterTableCmd">;
export type Column = Of<"ColumnDef">;
export type TableConstraint = Of<"Constraint">;

/** The single commands of an ALTER TABLE; none for any other statement. */
export function alterations(node: Node): AlterCommand[] {
  if (!("AlterTableStmt" in node)) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((cmd) => ("AlterTableCmd" in cmd ? [cmd.AlterTableCmd] : []));
}

export function addedColumns(node: Node): Column[] {
  return alterations(node).flatMap(({ subtype, def }) =>
    subtype === "AT_AddColumn" && def !== undefined && "ColumnDef" in def ? [def.ColumnDef] : [],
  );
}

/** Constraints added to a table, also those written behind an added column. */
export function addedConstraints(node: Node): TableConstraint[] {
  const ofTable = alterations(node).flatMap(({ subtype, def }) =>
    subtype === "AT_AddConstraint" && def !== undefined && "Constraint" in def ? [def.Constraint] : [],
  );
  const checked = addedColumns(node).flatMap((column) =>
    constraintsOf(column).filter(({ contype }) => contype === "CONSTR_CHECK" || contype === "CONSTR_FOREIGN"),
  );
  return [...ofTable, ...checked];
}

export function constraintsOf(column: Column): TableConstraint[] {
  return (column.constraints ?? []).flatMap((constraint) =>
    "Constraint" in constraint ? [constraint.Constraint] : [],
  );
}

export function hasConstraint(column: Column, contype: NonNullable<TableConstraint["contype"]>): boolean {
  return constraintsOf(column).some((constraint) => constraint.contype === contype);
}

/** `serial` and its kin create a sequence and fill every row from it. */
export function isVolatileType(column: Column): boolean {
  const name = (column.typeName?.names ?? []).map((part) => ("String" in part ? (part.String.sval ?? "") : "")).pop();
  return /^(small|big)?serial[248]?$/.test(name ?? "");
}

/** Functions whose value is fixed for a statement: Postgres stores it once instead of rewriting the rows. */
const STABLE = new Set(["now", "transaction_timestamp", "statement_timestamp"]);

/** True for a column without a default, or with one that Postgres keeps in the catalogue. */
export function isConstantDefault(column: Column): boolean {
  return constraintsOf(column).every(
    ({ contype, raw_expr }) => contype !== "CONSTR_DEFAULT" || !callsVolatile(raw_expr),
  );
}

function callsVolatile(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(callsVolatile);
  return Object.entries(value).some(([key, child]) => {
    if (key === "FuncCall") return !STABLE.has(functionName(child));
    return callsVolatile(child);
  });
}

function functionName(call: Of<"FuncCall">): string {
  const last = (call.funcname ?? []).at(-1);
  return last !== undefined && "String" in last ? (last.String.sval ?? "") : "";
}

/** The existing table that a statement locks; undefined for a statement that locks none. */
export function changedTable(node: Node): string | undefined {
  if ("AlterTableStmt" in node) return node.AlterTableStmt.relation?.relname;
  if ("IndexStmt" in node) return node.IndexStmt.relation?.relname;
  if ("RenameStmt" in node) return node.RenameStmt.relation?.relname;
  if ("CreateTrigStmt" in node) return node.CreateTrigStmt.relation?.relname;
  if ("DeleteStmt" in node) return node.DeleteStmt.relation?.relname;
  if ("UpdateStmt" in node) return node.UpdateStmt.relation?.relname;
  if ("TruncateStmt" in node) {
    const [relation] = node.TruncateStmt.relations ?? [];
    return relation !== undefined && "RangeVar" in relation ? relation.RangeVar.relname : undefined;
  }
  return undefined;
}

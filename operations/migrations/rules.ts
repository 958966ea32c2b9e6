import type { Rule } from "./rule.ts";
import {
  addedColumns,
  addedConstraints,
  alterations,
  changedTable,
  hasConstraint,
  isConstantDefault,
  isVolatileType,
} from "./tree.ts";

/** Rules about locks do not apply to a table that the same migration made a moment ago. */
const onExistingTable = (rule: Rule): Rule => ({
  ...rule,
  finds: (context) => {
    const table = changedTable(context.statement.node);
    return (table === undefined || !context.createdTables.has(table)) && rule.finds(context);
  },
});

/** What destroys data is the purpose of a down part, which undoes an up part. */
const onlyUp = (rule: Rule): Rule => ({
  ...rule,
  finds: (context) => context.direction === "up" && rule.finds(context),
});

const destructive: readonly Rule[] = [
  {
    name: "drop-table",
    danger: "Dropping a table loses its rows, and breaks every running version that reads it.",
    instead: "Stop its use first, keep a verified backup, and waive this with the reason.",
    finds: ({ statement: { node } }) => "DropStmt" in node && node.DropStmt.removeType === "OBJECT_TABLE",
  },
  {
    name: "drop-schema",
    danger: "Dropping a schema loses everything in it.",
    instead: "Drop its objects one by one, each with a reason.",
    finds: ({ statement: { node } }) => "DropStmt" in node && node.DropStmt.removeType === "OBJECT_SCHEMA",
  },
  {
    name: "drop-column",
    danger: "Dropping a column loses its values, and breaks every running version that names it.",
    instead: "Release a version that ignores it first, then waive this with the reason.",
    finds: ({ statement: { node } }) => alterations(node).some(({ subtype }) => subtype === "AT_DropColumn"),
  },
  {
    name: "truncate",
    danger: "TRUNCATE removes every row under an exclusive lock.",
    instead: "Delete what is meant in batches, or waive this with the reason.",
    finds: ({ statement: { node } }) => "TruncateStmt" in node,
  },
  {
    name: "delete-all-rows",
    danger: "DELETE or UPDATE without WHERE changes every row in one transaction.",
    instead: "Name the rows, and change large tables in batches.",
    finds: ({ statement: { node } }) =>
      ("DeleteStmt" in node && node.DeleteStmt.whereClause === undefined) ||
      ("UpdateStmt" in node && node.UpdateStmt.whereClause === undefined),
  },
  {
    name: "cascade",
    danger: "CASCADE also drops objects that this file does not name.",
    instead: "Drop each dependent object by its name.",
    finds: ({ statement: { node } }) =>
      ("DropStmt" in node && node.DropStmt.behavior === "DROP_CASCADE") ||
      alterations(node).some(({ subtype, behavior }) => subtype === "AT_DropColumn" && behavior === "DROP_CASCADE"),
  },
];

const longLocks: readonly Rule[] = [
  {
    name: "index-without-concurrently",
    danger: "CREATE INDEX blocks every write to the table until it is built.",
    instead: "Use CREATE INDEX CONCURRENTLY; it runs outside a transaction by itself.",
    finds: ({ statement: { node } }) => "IndexStmt" in node && node.IndexStmt.concurrent !== true,
  },
  {
    name: "drop-index-without-concurrently",
    danger: "DROP INDEX waits for and blocks every query on the table.",
    instead: "Use DROP INDEX CONCURRENTLY.",
    finds: ({ statement: { node } }) =>
      "DropStmt" in node && node.DropStmt.removeType === "OBJECT_INDEX" && node.DropStmt.concurrent !== true,
  },
  {
    name: "reindex-without-concurrently",
    danger: "REINDEX blocks writes, and reads that would use the index.",
    instead: "Use REINDEX (CONCURRENTLY).",
    finds: ({ statement }) =>
      "ReindexStmt" in statement.node && statement.outsideTransaction !== "REINDEX CONCURRENTLY",
  },
  {
    name: "constraint-without-not-valid",
    danger: "Adding a CHECK or FOREIGN KEY scans the whole table under a lock that blocks writes.",
    instead: "Add it NOT VALID, and VALIDATE CONSTRAINT in a later migration.",
    finds: ({ statement: { node } }) =>
      addedConstraints(node).some(
        ({ contype, skip_validation }) =>
          (contype === "CONSTR_CHECK" || contype === "CONSTR_FOREIGN") && skip_validation !== true,
      ),
  },
  {
    name: "constraint-builds-index",
    danger: "Adding UNIQUE or PRIMARY KEY builds its index under an exclusive lock.",
    instead: "Build a unique index CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX.",
    finds: ({ statement: { node } }) =>
      addedConstraints(node).some(
        ({ contype, indexname }) =>
          (contype === "CONSTR_UNIQUE" || contype === "CONSTR_PRIMARY" || contype === "CONSTR_EXCLUSION") &&
          indexname === undefined,
      ) ||
      addedColumns(node).some(
        (column) => hasConstraint(column, "CONSTR_UNIQUE") || hasConstraint(column, "CONSTR_PRIMARY"),
      ),
  },
  {
    name: "validate-in-same-transaction",
    danger: "VALIDATE CONSTRAINT beside its ADD … NOT VALID keeps the strong lock during the scan.",
    instead: "Validate in a migration of its own.",
    finds: ({ statement, part }) =>
      alterations(statement.node).some(
        ({ subtype, name }) =>
          subtype === "AT_ValidateConstraint" &&
          part.some((other) => addedConstraints(other.node).some(({ conname }) => conname === name)),
      ),
  },
  {
    name: "not-null-on-existing-column",
    danger: "SET NOT NULL scans the whole table under an exclusive lock.",
    instead:
      "Add CHECK (column IS NOT NULL) NOT VALID, validate it later, then SET NOT NULL, which uses it; waive this with that reason.",
    finds: ({ statement: { node } }) => alterations(node).some(({ subtype }) => subtype === "AT_SetNotNull"),
  },
  {
    name: "column-not-null-without-default",
    danger: "A NOT NULL column without a default fails on a table with rows.",
    instead: "Give it a constant default, or add it nullable and fill it first.",
    finds: ({ statement: { node } }) =>
      addedColumns(node).some(
        (column) =>
          hasConstraint(column, "CONSTR_NOTNULL") &&
          !hasConstraint(column, "CONSTR_DEFAULT") &&
          !hasConstraint(column, "CONSTR_IDENTITY") &&
          !hasConstraint(column, "CONSTR_GENERATED"),
      ),
  },
  {
    name: "column-rewrites-table",
    danger:
      "A column whose default is computed for each row (or that is generated, identity or serial) rewrites the table under an exclusive lock.",
    instead: "Add the column without it, set the default for new rows, and fill old rows in batches.",
    finds: ({ statement: { node } }) =>
      addedColumns(node).some(
        (column) =>
          isVolatileType(column) ||
          hasConstraint(column, "CONSTR_GENERATED") ||
          hasConstraint(column, "CONSTR_IDENTITY") ||
          !isConstantDefault(column),
      ),
  },
  {
    name: "column-type-change",
    danger:
      "Changing a column's type can rewrite the table and its indexes under an exclusive lock, and breaks running versions.",
    instead: "Add a column of the new type, copy in batches, and switch.",
    finds: ({ statement: { node } }) => alterations(node).some(({ subtype }) => subtype === "AT_AlterColumnType"),
  },
  {
    name: "exclusive-maintenance",
    danger: "VACUUM FULL, CLUSTER, LOCK TABLE and a plain REFRESH MATERIALIZED VIEW shut readers out while they run.",
    instead: "Use the concurrent form, or do it in a maintenance window and waive this with the window.",
    finds: ({ statement: { node } }) =>
      "ClusterStmt" in node ||
      "LockStmt" in node ||
      ("RefreshMatViewStmt" in node &&
        node.RefreshMatViewStmt.concurrent !== true &&
        node.RefreshMatViewStmt.skipData !== true) ||
      ("VacuumStmt" in node &&
        (node.VacuumStmt.options ?? []).some((option) => "DefElem" in option && option.DefElem.defname === "full")),
  },
  {
    name: "rename",
    danger: "A rename breaks every running version that uses the old name, from the commit on.",
    instead: "Add the new name beside the old one (a column, a view), move the code, then remove the old one.",
    finds: ({ statement: { node } }) =>
      "RenameStmt" in node &&
      (node.RenameStmt.renameType === "OBJECT_TABLE" ||
        node.RenameStmt.renameType === "OBJECT_COLUMN" ||
        node.RenameStmt.renameType === "OBJECT_SCHEMA"),
  },
];

const shape: readonly Rule[] = [
  {
    name: "nested-transaction",
    danger:
      "The runner opens and closes the transaction: a BEGIN or COMMIT in the file ends it early, and the rest is not undone on failure.",
    instead: "Remove it. Statements such as CREATE INDEX CONCURRENTLY are run outside by themselves.",
    finds: ({ statement: { node } }) => "TransactionStmt" in node && !SAVEPOINTS.has(node.TransactionStmt.kind ?? ""),
  },
  {
    name: "outside-inside-transaction",
    danger: "This statement cannot run between BEGIN and COMMIT: Postgres refuses it there.",
    instead: "Remove the transaction from the file.",
    finds: ({ statement, part }) =>
      statement.outsideTransaction !== undefined && part.some(({ node }) => "TransactionStmt" in node),
  },
  {
    name: "mixed-with-outside",
    danger:
      "A statement that runs outside a transaction shares its migration with others: a failure keeps the part before it.",
    instead: "Put it into a migration of its own.",
    finds: ({ statement, part }) => statement.outsideTransaction !== undefined && part.length > 1,
  },
  {
    name: "unnamed-concurrent-index",
    danger: "An index without a name that fails half-built cannot be found again.",
    instead: "Name it.",
    finds: ({ statement: { node } }) =>
      "IndexStmt" in node && node.IndexStmt.concurrent === true && node.IndexStmt.idxname === undefined,
  },
  {
    name: "session-setting",
    danger: "A SET without LOCAL stays in the session and changes the migrations behind this one.",
    instead: "Use SET LOCAL, or the header lines lock_timeout and statement_timeout.",
    finds: ({ statement: { node } }) => "VariableSetStmt" in node && node.VariableSetStmt.is_local !== true,
  },
];

const timeouts: Rule = {
  name: "missing-timeout",
  danger: "A statement that waits for a lock makes every later query on the table wait behind it.",
  instead: "State `-- lock_timeout: 5s` and `-- statement_timeout: 10min` in the header, with values that fit.",
  finds: ({ statement, migration }) =>
    !migration.timeouts.stated && (changedTable(statement.node) !== undefined || "DropStmt" in statement.node),
};

const SAVEPOINTS = new Set(["TRANS_STMT_SAVEPOINT", "TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"]);

/** All rules, in the order in which they are reported. */
export const RULES: readonly Rule[] = [
  ...destructive.map(onlyUp).map(onExistingTable),
  ...longLocks.map(onExistingTable),
  ...shape,
  onExistingTable(timeouts),
];

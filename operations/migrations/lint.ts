import type { Migration } from "./file.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { RULES } from "./rules.ts";
import type { Statement } from "./statements.ts";

export interface Finding {
  rule: string;
  file: string;
  line: number;
  message: string;
  /** The reason of the waiver that covers it; absent for a finding that stands. */
  waived?: string;
}

const SHORTEST_REASON = 10;

/** Every rule on every statement of every migration. A waiver without a reason, or one that covers nothing, is a finding. */
export function lintMigrations(migrations: readonly Migration[]): Finding[] {
  return migrations.flatMap((migration) => [
    ...lintPart(migration, "up"),
    ...lintPart(migration, "down"),
    ...(migration.down.length === 0 && migration.up.length > 0 ? [emptyDown(migration)] : []),
  ]);
}

/** Findings that no waiver covers. */
export function standing(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ waived }) => waived === undefined);
}

function lintPart(migration: Migration, direction: "up" | "down"): Finding[] {
  const part = migration[direction];
  const createdTables = new Set<string>();
  return part.flatMap((statement) => {
    const context: RuleContext = { statement, direction, migration, part, createdTables };
    const hits = RULES.filter((rule) => rule.finds(context));
    if ("CreateStmt" in statement.node) createdTables.add(statement.node.CreateStmt.relation?.relname ?? "");
    return [...hits.map((rule) => findingOf(context, rule)), ...uselessWaivers(migration, statement, hits)];
  });
}

function findingOf({ migration, statement }: RuleContext, rule: Rule): Finding {
  const finding = {
    rule: rule.name,
    file: migration.file,
    line: statement.line,
    message: `${rule.danger} ${rule.instead}`,
  };
  const waiver = statement.waivers.find((candidate) => candidate.rule === rule.name);
  return waiver !== undefined && waiver.reason.length >= SHORTEST_REASON
    ? { ...finding, waived: waiver.reason }
    : finding;
}

function uselessWaivers(migration: Migration, statement: Statement, hits: readonly Rule[]): Finding[] {
  return statement.waivers.flatMap(({ rule, reason, line }) => {
    const at = { file: migration.file, line };
    if (!hits.some(({ name }) => name === rule)) {
      return [{ ...at, rule: "unused-waiver", message: `The waiver of ${rule} covers nothing here. Remove it.` }];
    }
    return reason.length < SHORTEST_REASON
      ? [
          {
            ...at,
            rule: "waiver-reason",
            message: `The waiver of ${rule} needs a reason of at least ${SHORTEST_REASON} characters.`,
          },
        ]
      : [];
  });
}

function emptyDown(migration: Migration): Finding {
  const message =
    "The down part is empty: the migration cannot be rolled back. Write it, or raise an exception that says why not.";
  return { rule: "empty-down", file: migration.file, line: 1, message };
}

/** What a rule of the linter is: a danger that it finds in a statement, and what to write instead. */
import type { Migration } from "./file.ts";
import type { Statement } from "./statements.ts";

/** What a rule sees: the statement, and what the statements before it in the same part have made. */
export interface RuleContext {
  statement: Statement;
  direction: "up" | "down";
  migration: Migration;
  /** Every statement of the part, in order. */
  part: readonly Statement[];
  /** Tables created earlier in the same part: empty and invisible to others, so no lock on them hurts. */
  createdTables: ReadonlySet<string>;
}

export interface Rule {
  /** @example "drop-column" */
  name: string;
  /** One sentence: what can happen. */
  danger: string;
  /** What to write instead. */
  instead: string;
  /** Whether the statement is what the rule is about. */
  finds(context: RuleContext): boolean;
}

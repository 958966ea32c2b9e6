/** The words and signs in which steps are told to people. */
import type { StepMetadata, StepOp } from "../events.ts";
import { isProviderType, typeOf } from "../urn.ts";

interface Wording {
  sign: string;
  /** While it runs, when it is over, and in a preview. */
  doing: string;
  done: string;
  planned: string;
}

const wordings: Record<StepOp, Wording> = {
  same: { sign: " ", doing: "checking", done: "unchanged", planned: "unchanged" },
  create: { sign: "+", doing: "creating", done: "created", planned: "create" },
  update: { sign: "~", doing: "updating", done: "updated", planned: "update" },
  delete: { sign: "-", doing: "deleting", done: "deleted", planned: "delete" },
  replace: { sign: "+-", doing: "replacing", done: "replaced", planned: "replace" },
  "create-replacement": {
    sign: "++",
    doing: "creating replacement",
    done: "created replacement",
    planned: "create replacement",
  },
  "delete-replaced": { sign: "--", doing: "deleting original", done: "deleted original", planned: "delete original" },
  read: { sign: ">", doing: "reading", done: "read", planned: "read" },
  "read-replacement": {
    sign: ">>",
    doing: "reading replacement",
    done: "read replacement",
    planned: "read replacement",
  },
  refresh: { sign: "~", doing: "refreshing", done: "refreshed", planned: "refresh" },
  discard: { sign: "<", doing: "discarding", done: "discarded", planned: "discard" },
  "discard-replaced": {
    sign: "<<",
    doing: "discarding original",
    done: "discarded original",
    planned: "discard original",
  },
  "remove-pending-replace": { sign: " ", doing: "completing", done: "completed", planned: "complete" },
  import: { sign: "=", doing: "importing", done: "imported", planned: "import" },
  "import-replacement": {
    sign: "=>",
    doing: "importing replacement",
    done: "imported replacement",
    planned: "import replacement",
  },
};

export const signOf = (op: StepOp): string => wordings[op].sign;
export const doing = (op: StepOp): string => wordings[op].doing;
export const done = (op: StepOp, planning: boolean): string => (planning ? wordings[op].planned : wordings[op].done);

/** Steps that tell a person nothing: what stays the same, providers, and the engine's own bookkeeping. */
export function isQuiet({ op, urn }: StepMetadata): boolean {
  return op === "same" || op === "remove-pending-replace" || isProviderType(typeOf(urn));
}

/** The engine takes several steps for one replacement: the new one made, the old one gone, and `replace` for the whole. */
export const isHalfOfReplacement = (op: StepOp): boolean => op.endsWith("-replacement") || op.endsWith("-replaced");

/** The colours of `util.styleText`. */
export type Tint = "green" | "yellow" | "red" | "magenta" | "cyan" | "gray" | "bold";

export function tintOf(op: StepOp): Tint {
  if (op === "create" || op === "import") return "green";
  if (op.startsWith("delete") || op.startsWith("discard")) return "red";
  if (op === "update" || op === "refresh") return "yellow";
  if (op === "same") return "gray";
  return op.includes("replace") ? "magenta" : "cyan";
}

const summaryOrder: [op: StepOp, planned: string, done: string][] = [
  ["create", "to create", "created"],
  ["import", "to import", "imported"],
  ["update", "to update", "updated"],
  ["replace", "to replace", "replaced"],
  ["delete", "to delete", "deleted"],
  ["read", "to read", "read"],
  ["refresh", "to refresh", "refreshed"],
  ["discard", "to discard", "discarded"],
];

export interface SummaryLine {
  op: StepOp;
  text: string;
}

/** One line a kind of change, and last what stays the same. */
export function summaryLines(changes: Partial<Record<StepOp, number>>, planning: boolean): SummaryLine[] {
  const lines = summaryOrder.flatMap(([op, planned, finished]) => {
    const count = changes[op] ?? 0;
    return count > 0 ? [{ op, text: `${signOf(op).padStart(2)} ${count} ${planning ? planned : finished}` }] : [];
  });
  const same = changes.same ?? 0;
  return same > 0 ? [...lines, { op: "same", text: `   ${same} unchanged` }] : lines;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

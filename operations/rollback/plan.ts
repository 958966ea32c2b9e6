/**
 * A rollback, as a plan first: what it does, what it leaves alone, and what has to be decided by a person. The five
 * decision steps are those of HelpDesk's procedure; a production rollback does not begin without an answer to each.
 */
import type { Step } from "../delivery/pipeline.ts";
import { OperationFailure } from "../failure.ts";

export const KINDS = ["applications", "code", "migrations", "restore"] as const;
export type RollbackKind = (typeof KINDS)[number];

export const DECISIONS = {
  impact: "How severe is it, and for whom?",
  fix: "Is there a fix that can go forward instead?",
  risk: "Does going back lose data or leave it inconsistent?",
  told: "Who has been told?",
  cause: "What went wrong, as far as it is known? (for the post-mortem)",
} as const;
export type Decisions = Record<keyof typeof DECISIONS, string>;

/** @throws OperationFailure naming every question that has no answer */
export function requireDecisions(answers: Partial<Decisions>): Decisions {
  const open = (Object.keys(DECISIONS) as (keyof Decisions)[]).filter((key) => !answers[key]?.trim());
  if (open.length > 0) {
    throw new OperationFailure(
      `a rollback of production needs decisions first:\n${open.map((key) => `  --${key}: ${DECISIONS[key]}`).join("\n")}`,
      { exitCode: 2, remedy: "answer each with its option; the answers go into the audit record" },
    );
  }
  return answers as Decisions;
}

/** One thing that can go back, whatever runs it. */
export interface Target {
  name: string;
  /** What runs now, and what would run; `undefined` when there is nothing to go back to. */
  now: string;
  before: string | undefined;
  goBack(reason: string): Promise<void>;
}

export interface RollbackParts {
  kind: RollbackKind;
  reason: string;
  targets: readonly Target[];
  /** A verified backup of the state of things before the rollback; every kind that touches data begins with it. */
  backup: () => Promise<string>;
  /** Down parts of migrations to a version, or a restore of a backup set. */
  data?: { describe: string; run: () => Promise<string> };
  /** Checks after the rollback; throws when any does not pass. */
  verify: () => Promise<string>;
}

export interface RollbackPlan {
  kind: RollbackKind;
  lines: string[];
  steps: Step[];
}

const keeps: Record<RollbackKind, string> = {
  applications: "configuration and data stay as they are",
  code: "the database keeps its current schema: the older code has to work with it",
  migrations: "rows written since the migration keep what its down part keeps",
  restore:
    "everything written since the backup is lost from the live database; the old database is kept under another name",
};

/** @throws OperationFailure when a target has nothing to go back to, or the kind lacks its part */
export function planRollback(parts: RollbackParts): RollbackPlan {
  const { kind, reason, targets, backup, data, verify } = parts;
  const touchesData = kind === "migrations" || kind === "restore";
  const stuck = targets.filter((target) => target.before === undefined);
  if (stuck.length > 0) {
    throw new OperationFailure(`nothing to go back to: ${stuck.map((target) => target.name).join(", ")}`, {
      exitCode: 2,
      remedy: "name the deployment with --to, or leave these out with --only",
    });
  }
  if (touchesData && !data) {
    throw new OperationFailure(`a rollback of kind ${kind} needs to know to what`, {
      exitCode: 2,
      remedy:
        kind === "migrations"
          ? "give the schema's version with --to-version"
          : "give the backup set with --set, or --latest",
    });
  }
  const steps: Step[] = [];
  if (touchesData) steps.push(step("backup", "a verified backup of the state before the rollback exists", backup));
  for (const target of targets) {
    const goBack = async () => {
      await target.goBack(reason);
      return `${target.now} → ${target.before}`;
    };
    steps.push(step(`roll back ${target.name}`, `${target.name} runs ${target.before}`, goBack));
  }
  if (touchesData && data) steps.push(step(data.describe, `done: ${data.describe}`, data.run));
  steps.push({ ...step("verify", "verified", verify), readOnly: true });
  const lines = [
    `Rollback of ${kind}: ${keeps[kind]}.`,
    ...targets.map((target) => `  ${target.name}: ${target.now} → ${target.before}`),
    ...(touchesData && data ? [`  before anything else: a backup`, `  ${data.describe}`] : []),
    "  afterwards: health, headers, worker, logs",
  ];
  return { kind, lines, steps };
}

function step(name: string, leaves: string, run: () => Promise<string>): Step {
  return {
    name,
    leaves,
    readOnly: false,
    remedy: "read the message above; nothing is repeated that already succeeded",
    run,
  };
}

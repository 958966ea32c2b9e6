import { describeDifference, sameSchema } from "../database/catalog.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { Migration } from "./file.ts";
import { readMigrations } from "./file.ts";
import { requireCleanHistory } from "./history.ts";
import { lintMigrations, standing } from "./lint.ts";
import {
  type MigrateOptions,
  type MigrationTarget,
  migrate,
  pendingUpTo,
  readStatus,
  rollback,
  rollbackSteps,
} from "./migrate.ts";
import { type MigrationPlan, makePlan, requireSamePlan } from "./plan.ts";
import { compareWithSnapshot, readSnapshotFile } from "./verify.ts";

/** What a protected environment asks for around a change of its schema. */
export interface Guard {
  environment: string;
  /** Greatest age of the newest verified backup in seconds (the RPO). */
  maxBackupAgeSeconds: number;
  /** Time of the newest verified backup; undefined when there is none. */
  newestVerifiedBackup(): Promise<Date | undefined>;
  /** Makes and verifies a backup; throws unless it is verified. */
  createBackup(): Promise<void>;
  /** Shows the plan and resolves with true only on consent: the environment's name typed, or the approved plan file. */
  approve(plan: MigrationPlan): Promise<MigrationPlan | "typed" | undefined>;
  /** File with the schema's snapshot; undefined where none is kept. */
  snapshotFile: string | undefined;
  /** Throws when the application does not answer well. */
  smokeChecks(): Promise<void>;
  notify(message: string): Promise<void>;
  now(): Date;
  onStep?: (step: GuardStep) => void;
}

export type GuardStep = "lint" | "plan" | "approval" | "backup" | "apply" | "schema" | "smoke" | "notify";

export interface GuardedResult {
  plan: MigrationPlan;
  applied: readonly Migration[];
  /** Whether a backup had to be made first. */
  backupMade: boolean;
}

/**
 * The order of a production migration: lint, plan, consent, verified backup, apply, schema, smoke checks, notice.
 * Consent comes before the backup, so that nobody waits for one that is not wanted; the plan is compared again under
 * the lock, so that what was read is what runs.
 */
export async function migrateGuarded(
  target: MigrationTarget,
  guard: Guard,
  options: MigrateOptions = {},
): Promise<GuardedResult> {
  const status = await readStatus(target);
  requireCleanHistory(status);
  const pending = pendingUpTo(status, options.to);
  guard.onStep?.("lint");
  requireLint(pending);
  return await run(target, guard, "up", pending, () => migrate(target, { ...options, approved: pending }));
}

/** The same order for a rollback: it changes the schema, and may lose data, as much as a migration does. */
export async function rollbackGuarded(
  target: MigrationTarget,
  guard: Guard,
  options: MigrateOptions & { to: string },
): Promise<GuardedResult> {
  const { applied } = await readStatus(target);
  const steps = rollbackSteps(await readMigrations(target.directory), applied, options.to);
  return await run(target, guard, "down", steps, () => rollback(target, options));
}

async function run(
  target: MigrationTarget,
  guard: Guard,
  direction: "up" | "down",
  steps: readonly Migration[],
  apply: () => Promise<readonly Migration[]>,
): Promise<GuardedResult> {
  guard.onStep?.("plan");
  const plan = makePlan(guard.environment, target.url, direction, steps);
  if (steps.length === 0) return { plan, applied: [], backupMade: false };
  guard.onStep?.("approval");
  const consent = await guard.approve(plan);
  if (consent === undefined) {
    throw new OperationFailure(`not confirmed: nothing was changed in ${guard.environment}`, { exitCode: 3 });
  }
  if (consent !== "typed") requireSamePlan(consent, plan);
  guard.onStep?.("backup");
  const backupMade = await ensureBackup(guard);
  try {
    guard.onStep?.("apply");
    const applied = await apply();
    // A rollback leaves the snapshot's schema on purpose.
    if (direction === "up") await verifySchema(target, guard);
    guard.onStep?.("smoke");
    await guard.smokeChecks();
    guard.onStep?.("notify");
    await guard.notify(`${guard.environment}: ${describeSteps(direction, applied)} done`);
    return { plan, applied, backupMade };
  } catch (error) {
    await guard.notify(`${guard.environment}: ${describeSteps(direction, steps)} FAILED: ${messageOf(error)}`);
    throw error;
  }
}

function requireLint(pending: readonly Migration[]): void {
  const findings = standing(lintMigrations(pending));
  if (findings.length === 0) return;
  const lines = findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`);
  throw new OperationFailure(`the pending migrations are refused:\n  ${lines.join("\n  ")}`, {
    exitCode: 3,
    remedy: "Correct them, or write `-- waive <rule>: <reason>` above the statement.",
  });
}

async function ensureBackup(guard: Guard): Promise<boolean> {
  const newest = await guard.newestVerifiedBackup();
  const age = newest === undefined ? Number.POSITIVE_INFINITY : (guard.now().getTime() - newest.getTime()) / 1_000;
  // A backup from the future means that a clock is wrong: its age proves nothing.
  if (age >= 0 && age <= guard.maxBackupAgeSeconds) return false;
  await guard.createBackup();
  return true;
}

async function verifySchema(target: MigrationTarget, guard: Guard): Promise<void> {
  if (guard.snapshotFile === undefined) return;
  guard.onStep?.("schema");
  const difference = await compareWithSnapshot(target.url, await readSnapshotFile(guard.snapshotFile));
  if (sameSchema(difference)) return;
  throw new OperationFailure(`the schema is not the one of the snapshot:\n${describeDifference(difference)}`, {
    remedy: "Somebody changed the database by hand, or the snapshot is old: ./thorbis db verify --write",
  });
}

function describeSteps(direction: "up" | "down", steps: readonly Migration[]): string {
  return `${direction === "up" ? "migration" : "rollback"} of ${steps.map(({ version }) => version).join(", ")}`;
}

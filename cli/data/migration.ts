import { readFile } from "node:fs/promises";
import { readCatalogue } from "../../operations/backups/sets.ts";
import { messageOf, OperationFailure } from "../../operations/failure.ts";
import type { Guard } from "../../operations/migrations/guarded.ts";
import type { MigrateOptions } from "../../operations/migrations/migrate.ts";
import { type MigrationPlan, parsePlan } from "../../operations/migrations/plan.ts";
import { notify, requireHealthy } from "../../operations/notify.ts";
import type { OperationSettings } from "../../operations/settings.ts";
import { progressOf } from "./progress.ts";
import type { DataFlags } from "./settings.ts";
import { createAudited, openBackups } from "./store.ts";
import { confirmName } from "./terminal.ts";

/** What a protected environment asks for, from its settings and the person at the keyboard. */
export function guardOf(
  flags: DataFlags & { approved?: string; confirm?: string },
  settings: OperationSettings,
): Guard {
  return {
    environment: settings.environment,
    maxBackupAgeSeconds: settings.recoveryPointMinutes * 60,
    snapshotFile: settings.migrations.snapshotFile,
    newestVerifiedBackup: () => newestVerifiedBackup(settings),
    createBackup: async () => void (await createAudited(settings, { json: flags.json === true })),
    approve: async (plan) => {
      progressOf(flags).tell({ kind: "plan", text: describePlan(plan) });
      if (flags.approved !== undefined) return await approvedPlan(flags.approved);
      return (await confirmName(settings.environment, flags.confirm)) ? "typed" : undefined;
    },
    smokeChecks: () => requireHealthy(settings.migrations.smokeUrls),
    notify: (message) => notify(settings, message),
    now: () => new Date(),
    onStep: (step) => process.stderr.write(`${step}\n`),
  };
}

async function approvedPlan(file: string): Promise<MigrationPlan> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new OperationFailure(`the approved plan cannot be read: ${messageOf(error)}`, { exitCode: 2 });
  });
  return parsePlan(text);
}

/** Time of the newest set that is not damaged; a migration and a rollback ask for it first. */
export async function newestVerifiedBackup(settings: OperationSettings): Promise<Date | undefined> {
  const { store, prefix, settings: backups } = openBackups(settings);
  try {
    const { sets } = await readCatalogue(store, prefix, backups.verifyKey);
    const newest = sets.filter(({ standing }) => standing !== "damaged").at(-1);
    return newest && new Date(newest.manifest.createdAt);
  } finally {
    store.close();
  }
}

function describePlan(plan: MigrationPlan): string {
  const steps = plan.steps.flatMap(({ version, description, statements }) => [
    `  ${version} ${description}`,
    ...statements.map((sql) => `      ${sql.replace(/\s+/g, " ")}`),
  ]);
  return [`${plan.direction} on ${plan.database} (${plan.environment}):`, ...steps].join("\n");
}

/** Each migration's retry and end, and whom a runner waits for, on the standard error. */
export function runnerEvents(flags: DataFlags): Pick<MigrateOptions, "onProgress" | "onWait"> {
  const { tell } = progressOf(flags);
  return {
    onProgress: (event) => {
      const { version, description } = event.migration;
      if (event.kind === "retry") {
        const { kind, attempt } = event;
        tell({ kind, version, attempt, text: `${version}: try ${attempt + 1} after: ${event.reason}` });
      } else if (event.kind === "finished") {
        const { kind, direction, durationMs } = event;
        const text = `${version} ${direction}: ${description} (${(durationMs / 1_000).toFixed(2)} s)`;
        tell({ kind, version, direction, durationMs, text });
      }
    },
    onWait: (holder) => {
      const who = holder === undefined ? "another runner" : `${holder.operator}, process ${holder.pid}`;
      tell({ kind: "waiting", text: `waiting for ${who}` });
    },
  };
}

/** @example "10m" */
export function milliseconds(time: string | undefined): number {
  if (time === undefined) return 0;
  const match = /^(\d+)(s|m|h)$/.exec(time);
  if (match === null) throw new OperationFailure(`${time} is not a time such as 90s, 10m or 1h`, { exitCode: 2 });
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as "s" | "m" | "h"];
}

import { audited } from "../../operations/audit/record.ts";
import { OperationFailure } from "../../operations/failure.ts";
import { type PrismaAction, runPrisma } from "../../operations/migrations/prisma.ts";
import { notify, requireHealthy } from "../../operations/notify.ts";
import type { OperationSettings } from "../../operations/settings.ts";
import { requireSetting } from "../../operations/settings.ts";
import { print, printJson } from "../print.ts";
import { newestVerifiedBackup } from "./migration.ts";
import type { DataFlags } from "./settings.ts";
import { createAudited, trailOf } from "./store.ts";
import { confirmName } from "./terminal.ts";

interface ProductFlags extends DataFlags {
  product?: string;
  resolve?: string;
  as?: "applied" | "rolled-back";
  confirm?: string;
}

/** Runs Prisma's own command for a product, with the same consent, backup and checks as our own migrations. */
export async function runProduct(
  flags: ProductFlags,
  settings: OperationSettings,
  kind: PrismaAction["kind"],
): Promise<void> {
  const name = flags.product ?? "";
  const { url, directory, command } = requireSetting(settings.prisma[name], `prisma.${name}`);
  const product = { directory, ...(command !== undefined && { command }) };
  const action = actionOf(flags, kind);
  if (kind === "status") {
    const { output, pending } = await runPrisma(product, url, action);
    if (flags.json) printJson({ product: name, pending });
    else print(output.trim());
    if (pending) process.exitCode = 4;
    return;
  }
  if (settings.isProtected) await prepare(flags, settings, url);
  const about = { environment: settings.environment, action: `db migrate --product ${name}`, detail: { ...action } };
  const { output } = await audited(trailOf(settings), about, async () => ({
    result: await runPrisma(product, url, action),
  }));
  if (flags.json) printJson({ product: name, ...action, done: true });
  else print(output.trim());
  if (!settings.isProtected) return;
  await requireHealthy(settings.migrations.smokeUrls);
  await notify(settings, `${settings.environment}: prisma migrate ${kind} of ${name} done`);
}

/** The backup is of the product's own database, under a prefix of its own: "the latest" must never mean another database. */
async function prepare(flags: ProductFlags, settings: OperationSettings, url: string): Promise<void> {
  if (!(await confirmName(settings.environment, flags.confirm))) {
    throw new OperationFailure(`not confirmed: nothing was changed in ${settings.environment}`, { exitCode: 3 });
  }
  const backups = requireSetting(settings.backups, "backups");
  const prefix = `${backups.prefix ?? settings.environment}-${flags.product}`;
  const own = {
    ...settings,
    database: { url, name: `${flags.product}-database` },
    backups: { ...backups, prefix, countedTables: [] },
  };
  const newest = await newestVerifiedBackup(own);
  const ageMinutes = newest === undefined ? Number.POSITIVE_INFINITY : (Date.now() - newest.getTime()) / 60_000;
  if (ageMinutes > settings.recoveryPointMinutes || ageMinutes < 0)
    await createAudited(own, { json: flags.json === true });
}

function actionOf({ resolve, as }: ProductFlags, kind: PrismaAction["kind"]): PrismaAction {
  if (kind !== "resolve") return { kind };
  if (resolve === undefined || as === undefined)
    throw new OperationFailure("--resolve NAME needs --as applied or --as rolled-back", { exitCode: 2 });
  return { kind, migration: resolve, as };
}

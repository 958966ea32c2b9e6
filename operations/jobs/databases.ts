import { OperationFailure } from "../failure.ts";
import type { BackupSettings, OperationSettings } from "../settings.ts";
import { requireSetting } from "../settings.ts";

/** A database that the jobs look after. */
export interface JobDatabase {
  /** Its name in metrics and results. @example "helpdesk-database" */
  name: string;
  url: string;
  /** First part of its backups' keys: "the latest" must never mean another database. */
  suffix: string;
}

/** Our own database and those of the products whose migrations belong to Prisma. */
export function databasesOf(settings: OperationSettings): [JobDatabase, ...JobDatabase[]] {
  const { name, url } = requireSetting(settings.database, "database.url");
  const products = Object.entries(settings.prisma).map(([product, prisma]) => ({
    name: `${product}-database`,
    url: prisma.url,
    suffix: `-${product}`,
  }));
  return [{ name, url, suffix: "" }, ...products];
}

/** The same for jobs that only read backups, and may know no database at all. */
export function backedUpDatabases(settings: OperationSettings): Pick<JobDatabase, "name" | "suffix">[] {
  const main = { name: settings.database?.name ?? "thorbis-database", suffix: "" };
  const products = settings.backups?.products ?? Object.keys(settings.prisma);
  return [main, ...products.map((product) => ({ name: `${product}-database`, suffix: `-${product}` }))];
}

export interface BackupPlace {
  settings: BackupSettings;
  prefix: string;
}

export function backupPlace(settings: OperationSettings, { suffix }: Pick<JobDatabase, "suffix">): BackupPlace {
  const backups = settings.backups;
  if (backups === undefined) {
    throw new OperationFailure("no backup is declared: the settings have no bucket or no keys", {
      exitCode: 2,
      remedy: "Declare backups in the settings; in the cloud the secret OPERATIONS_BACKUP_KEYS brings the keys.",
    });
  }
  const prefix = `${backups.prefix ?? settings.environment}${suffix}`;
  return { prefix, settings: suffix === "" ? backups : { ...backups, countedTables: [], files: undefined } };
}

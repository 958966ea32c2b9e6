import * as pulumi from "@pulumi/pulumi";
import { Secrets } from "../components/secrets.ts";
import { executionRoleArn } from "../components/task-rights.ts";
import type { Configuration } from "./configuration.ts";
import type { Databases } from "./databases.ts";
import { type DatabaseUse, type DutyName, databaseUses, keyHolders, urlsOf } from "./duties.ts";
import { ownershipOf } from "./ownership.ts";
import type { SharedServices } from "./shared.ts";

export interface OperationsArgs {
  readonly configuration: Configuration;
  readonly shared: SharedServices;
  readonly databases: Databases;
}

/** What the tasks' `secrets` take: names of variables, and where ECS finds their values. */
type References = Readonly<Record<string, pulumi.Output<string>>>;

export interface OperationsVault {
  readonly keyArn: pulumi.Output<string>;
  readonly databaseUrls: Readonly<Record<DatabaseUse, References>>;
  /** Empty where nobody supplied the keys: the backup jobs say so and are red. */
  readonly backupKeys: References;
}

export const KEYS = "OPERATIONS_BACKUP_KEYS";
const products = ["thorbis", "helpdesk"] as const;
const urlVariable = (product: string) => `${product.toUpperCase()}_DATABASE_URL`;

/** One entry for each role's connection strings, whatever the database: who reads one of them reads all of them. */
export function declareVault(
  name: string,
  { configuration: { environment, secrets }, databases, shared }: OperationsArgs,
  opts: pulumi.ComponentResourceOptions,
): OperationsVault {
  const { aws, continuity, name: environmentName } = environment;
  const readersOf = (duties: readonly DutyName[]) =>
    duties.map((duty) => executionRoleArn(aws.accountId, `operations-${duty}`));
  const rotation = { by: "person", everyDays: 90 } as const;
  const entryOf = (use: DatabaseUse) => ({
    description: `The databases, as their ${use} roles`,
    value: pulumi.jsonStringify(
      Object.fromEntries(products.map((product) => [urlVariable(product), databases[product].urls[use]])),
    ),
    readerArns: readersOf((Object.keys(urlsOf) as DutyName[]).filter((duty) => urlsOf[duty] === use)),
    rotation,
  });
  const keys = secrets.get(KEYS);
  const description = "The keys that seal, sign and open the backups";
  const { arns, keyArn } = new Secrets(
    `${name}-vault`,
    {
      accountId: aws.accountId,
      region: aws.region,
      ownership: ownershipOf(environment, "platform", "restricted"),
      dataProtection: continuity.dataProtection,
      entries: {
        ...Object.fromEntries(databaseUses.map((use) => [`${use.toUpperCase()}_URLS`, entryOf(use)])),
        ...(keys === undefined
          ? {}
          : { [KEYS]: { description, value: keys, readerArns: readersOf(keyHolders), rotation } }),
      },
      prefix: `thorbis/${environmentName}/operations`,
      administratorArns: [`arn:aws:iam::${aws.accountId}:role/thorbis-${environmentName}-deploy`],
      reminderTopicArn: shared.notifications.topicArns.info,
    },
    opts,
  );
  // ECS picks a key of the entry's JSON: `<arn>:<key>:<version stage>:<version id>`, the last two left to it.
  const referencesOf = (use: DatabaseUse): References =>
    Object.fromEntries(
      products.map((product) => [
        urlVariable(product),
        pulumi.interpolate`${arns[`${use.toUpperCase()}_URLS`] ?? ""}:${urlVariable(product)}::`,
      ]),
    );
  const keysArn = arns[KEYS];
  return {
    keyArn,
    databaseUrls: {
      backup: referencesOf("backup"),
      monitoring: referencesOf("monitoring"),
      migrator: referencesOf("migrator"),
    },
    backupKeys: keysArn === undefined ? {} : { [KEYS]: keysArn },
  };
}

/** `./thorbis db`: migrations of the environment's database. */
import { readFile, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { audited } from "../operations/audit/record.ts";
import { installedBinaries } from "../operations/database/binaries.ts";
import { describeDifference, sameSchema } from "../operations/database/catalog.ts";
import { startThrowAwayCluster } from "../operations/database/cluster.ts";
import { OperationFailure } from "../operations/failure.ts";
import { createMigration } from "../operations/migrations/create.ts";
import { type Migration, readMigrations } from "../operations/migrations/file.ts";
import { migrateGuarded, rollbackGuarded } from "../operations/migrations/guarded.ts";
import { explainProblem } from "../operations/migrations/history.ts";
import { lintMigrations, standing } from "../operations/migrations/lint.ts";
import {
  acceptDifference,
  type MigrateOptions,
  type MigrationTarget,
  migrate,
  pendingUpTo,
  readStatus,
  rollback,
  rollbackSteps,
} from "../operations/migrations/migrate.ts";
import { type MigrationPlan, makePlan } from "../operations/migrations/plan.ts";
import {
  compareWithSnapshot,
  readSnapshotFile,
  verifyMigrations,
  writeSnapshotFile,
} from "../operations/migrations/verify.ts";
import { type OperationSettings, requireSetting } from "../operations/settings.ts";
import { guardOf, milliseconds, runnerEvents } from "./data/migration.ts";
import { runProduct } from "./data/prisma.ts";
import { type DataFlags, dataOptions, loadSettings } from "./data/settings.ts";
import { trailOf } from "./data/store.ts";
import { print, printJson, table } from "./print.ts";

const examples = `
Examples:
  ./thorbis db new "Add priority to work orders"
  ./thorbis db lint
  ./thorbis db verify --write                                   up, down, up on a throw-away server; writes the snapshot
  ./thorbis db migrate --environment production --plan plan.json
  ./thorbis db migrate --environment production --approved plan.json
  ./thorbis db rollback --environment staging --to 20261121120000
  ./thorbis db status --environment production --product helpdesk
`;

export interface MigrateFlags extends DataFlags {
  directory?: string;
  to?: string;
  wait?: string;
  plan?: string;
  approved?: string;
  confirm?: string;
  accept?: string;
  reason?: string;
  product?: string;
  resolve?: string;
  as?: "applied" | "rolled-back";
}

export function register(program: Command): void {
  const db = program
    .command("db")
    .description("Migrate the database, and prove the migrations")
    .addHelpText("after", examples);
  const common = (command: Command): Command =>
    dataOptions(command).option("--directory <path>", "the migrations (default: the settings')");
  const running = (command: Command): Command =>
    common(command)
      .option("--wait <time>", "wait so long for another runner, for example 10m (default: fail at once)")
      .option("--approved <file>", "a plan that was approved; nothing else is run")
      .option("--confirm <name>", "the environment's name, instead of typing it");
  running(db.command("migrate"))
    .description("Apply what is pending")
    .option("--to <version>", "the last version to apply", version)
    .option("--plan <file>", "write what would run, for approval, and run nothing")
    .option("--accept <version>", "accept that an applied migration differs from its file; needs --reason", version)
    .option("--reason <text>", "why; it is kept in schema_migrations_audit")
    .option("--product <name>", "a product whose migrations belong to Prisma")
    .option("--resolve <name>", "with --product: mark a failed Prisma migration")
    .addOption(new Option("--as <state>", "with --resolve").choices(["applied", "rolled-back"]))
    .action(runMigrate);
  common(db.command("status"))
    .description("What is applied, pending, wrong, and who is migrating")
    .option("--product <name>", "a product of Prisma")
    .action(status);
  running(db.command("rollback"))
    .description("Take back every migration after a version")
    .requiredOption("--to <version>", "the version to go back to; 0 takes back all", version)
    .option("--plan <file>", "write what would be taken back, for approval, and take nothing back")
    .action(runRollback);
  common(db.command("verify"))
    .description(
      "Run up, down, up on a throw-away server and compare the schemas, then the live schema with the snapshot",
    )
    .option("--write", "write the snapshot file")
    .action(verify);
  common(db.command("lint")).description("Find dangerous statements").action(lint);
  common(db.command("new")).description("Write an empty migration").argument("<title>", "what it does").action(create);
}

function version(text: string): string {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError("A version is a number such as 20261121120000.");
}

/** Commands that read files only work without any settings. */
async function directoryOf(flags: MigrateFlags): Promise<string> {
  if (flags.directory !== undefined) return flags.directory;
  if (flags.settings === undefined && process.env.THORBIS_OPERATIONS === undefined) return "database/migrations";
  return (await loadSettings(flags)).migrations.directory;
}

function targetOf(flags: MigrateFlags, settings: OperationSettings): MigrationTarget {
  return {
    url: requireSetting(settings.database, "database.url").url,
    directory: flags.directory ?? settings.migrations.directory,
  };
}

function optionsOf(flags: MigrateFlags): MigrateOptions {
  return {
    ...runnerEvents(flags),
    waitMs: milliseconds(flags.wait),
    ...(flags.to !== undefined && { to: flags.to }),
  };
}

async function runMigrate(flags: MigrateFlags): Promise<void> {
  refuseContradictions(flags);
  const settings = await loadSettings(flags);
  if (flags.product !== undefined)
    return await runProduct(flags, settings, flags.resolve === undefined ? "deploy" : "resolve");
  const target = targetOf(flags, settings);
  if (flags.accept !== undefined) {
    const about = {
      environment: settings.environment,
      action: "db migrate --accept",
      detail: { version: flags.accept, reason: flags.reason },
    };
    const accepted = flags.accept;
    await audited(trailOf(settings), about, async () => ({
      result: await acceptDifference(target, accepted, flags.reason ?? ""),
    }));
    if (flags.json) printJson({ accepted, reason: flags.reason });
    else print(`${accepted} is accepted; the reason is in schema_migrations_audit.`);
    return;
  }
  if (flags.plan !== undefined) {
    const pending = pendingUpTo(await readStatus(target), flags.to);
    return await writePlan(flags, flags.plan, makePlan(settings.environment, target.url, "up", pending));
  }
  const applied = await audited(
    trailOf(settings),
    { environment: settings.environment, action: "db migrate" },
    async () => {
      const result =
        settings.isProtected || flags.approved !== undefined
          ? (await migrateGuarded(target, guardOf(flags, settings), optionsOf(flags))).applied
          : await migrate(target, optionsOf(flags));
      return { result, detail: { versions: versions(result) }, measurements: { appliedMigrations: result.length } };
    },
  );
  report(flags, applied, "applied");
}

/** Flags that belong to another way of migrating would be passed over in silence otherwise. */
function refuseContradictions({ accept, approved, as, plan, product, reason, resolve, to }: MigrateFlags): void {
  const given = (options: Record<string, string | undefined>) =>
    Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  const refuse = (options: Record<string, string | undefined>, why: string) => {
    const [first] = given(options);
    if (first !== undefined) throw new OperationFailure(`${first} ${why}`, { exitCode: 2 });
  };
  if (product === undefined) refuse({ resolve, as }, "is for a product of Prisma: name it with --product");
  else refuse({ to, plan, approved, accept, reason }, "is not for a product of Prisma, whose history is its own");
  if (resolve === undefined) refuse({ as }, "needs --resolve NAME");
  if (accept === undefined) refuse({ reason }, "needs --accept VERSION");
  else refuse({ to, plan, approved }, "and --accept exclude each other: accepting runs nothing");
  if (plan !== undefined) refuse({ approved }, "and --plan exclude each other: a plan is made first, then approved");
}

async function writePlan(flags: MigrateFlags, file: string, plan: MigrationPlan): Promise<void> {
  await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`);
  if (flags.json) printJson(plan);
  else print(`${file}: ${plan.steps.length} migrations. Approve it, then run with --approved ${file}`);
}

async function runRollback(flags: MigrateFlags & { to: string }): Promise<void> {
  const settings = await loadSettings(flags);
  const target = targetOf(flags, settings);
  if (flags.plan !== undefined) {
    const steps = rollbackSteps(await readMigrations(target.directory), (await readStatus(target)).applied, flags.to);
    return await writePlan(flags, flags.plan, makePlan(settings.environment, target.url, "down", steps));
  }
  const options = { ...optionsOf(flags), to: flags.to };
  const undone = await audited(
    trailOf(settings),
    { environment: settings.environment, action: "db rollback", detail: { to: flags.to } },
    async () => {
      const result = settings.isProtected
        ? (await rollbackGuarded(target, guardOf(flags, settings), options)).applied
        : await rollback(target, options);
      return { result, detail: { versions: versions(result) } };
    },
  );
  report(flags, undone, "rolled back");
}

function versions(migrations: readonly Migration[]): string[] {
  return migrations.map(({ version }) => version);
}

function report(flags: MigrateFlags, migrations: readonly Migration[], what: string): void {
  if (flags.json)
    printJson(migrations.map(({ version, description, checksum }) => ({ version, description, checksum })));
  else print(migrations.length === 0 ? "There is nothing to do." : `${migrations.length} ${what}.`);
}

async function status(flags: MigrateFlags): Promise<void> {
  const settings = await loadSettings(flags);
  if (flags.product !== undefined) return await runProduct(flags, settings, "status");
  const { applied, pending, problems, holder } = await readStatus(targetOf(flags, settings));
  if (flags.json) {
    printJson({
      applied,
      pending: pending.map(({ version, description }) => ({ version, description })),
      problems,
      holder,
    });
  } else {
    const rows = [
      ...applied.map(({ version, description, appliedAt, appliedBy }) => [
        version,
        "applied",
        appliedAt.toISOString().slice(0, 19),
        appliedBy,
        description,
      ]),
      ...pending.map(({ version, description }) => [version, "pending", "", "", description]),
    ];
    print(
      rows.length === 0
        ? "There are no migrations."
        : table([["VERSION", "STATE", "AT (UTC)", "BY", "DESCRIPTION"], ...rows]),
    );
    for (const problem of problems) print(`problem: ${explainProblem(problem)}`);
    if (holder !== undefined)
      print(`Being migrated by ${holder.operator}, process ${holder.pid}, since ${holder.since.toISOString()}.`);
  }
  if (problems.length > 0) process.exitCode = 3;
}

async function verify(flags: MigrateFlags & { write?: boolean }): Promise<void> {
  const directory = await directoryOf(flags);
  const [binaries] = await installedBinaries();
  if (binaries === undefined)
    throw new OperationFailure("no Postgres is installed here", { exitCode: 2, remedy: "Install postgresql." });
  const cluster = await startThrowAwayCluster({ binaries });
  const { migrations, schema } = await verifyMigrations(cluster.url, directory).finally(() => cluster.stop());
  const snapshotFile = `${directory.replace(/\/$/, "")}/schema.snapshot`;
  if (flags.write) await writeSnapshotFile(snapshotFile, schema);
  const live = flags.write ? undefined : await liveDifference(flags, snapshotFile);
  const summary = `${migrations.length} migrations: up, down and up give the same schema (${schema.fingerprint.slice(0, 12)})`;
  if (flags.json)
    printJson({ migrations: versions(migrations), fingerprint: schema.fingerprint, ...(live && { difference: live }) });
  else print(flags.write ? `${summary}\nwritten: ${snapshotFile}` : summary);
  if (live === undefined || sameSchema(live)) return;
  if (!flags.json) print(`The live schema is not the snapshot's:\n${describeDifference(live)}`);
  process.exitCode = 4;
}

/** Only where settings name a database and a snapshot was written. */
async function liveDifference(flags: MigrateFlags, snapshotFile: string) {
  const hasSnapshot = await readFile(snapshotFile).then(
    () => true,
    () => false,
  );
  const isConfigured = flags.settings !== undefined || process.env.THORBIS_OPERATIONS !== undefined;
  if (!hasSnapshot || !isConfigured) return undefined;
  const settings = await loadSettings(flags);
  return await compareWithSnapshot(
    targetOf(flags, settings).url,
    await readSnapshotFile(settings.migrations.snapshotFile ?? snapshotFile),
  );
}

async function lint(flags: MigrateFlags): Promise<void> {
  const findings = lintMigrations(await readMigrations(await directoryOf(flags)));
  const refused = standing(findings);
  if (flags.json) printJson(findings);
  else {
    for (const { file, line, rule, message } of refused) print(`${file}:${line} ${rule}: ${message}`);
    const waived = findings.length - refused.length;
    print(`${refused.length} findings, ${waived} waived.`);
  }
  if (refused.length > 0) process.exitCode = 3;
}

async function create(title: string, flags: MigrateFlags): Promise<void> {
  const file = await createMigration(await directoryOf(flags), title, new Date());
  if (flags.json) printJson({ file });
  else print(file);
}

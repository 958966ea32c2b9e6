/** `./thorbis backup`: make, list, verify and prune the backups of an environment. */
import { type Command, InvalidArgumentError } from "commander";
import { audited } from "../operations/audit/record.ts";
import { storedBytes } from "../operations/backups/manifest.ts";
import { prune } from "../operations/backups/prune.ts";
import { readCatalogue, type SetCatalogue } from "../operations/backups/sets.ts";
import { verifyBackup } from "../operations/backups/verify.ts";
import { formatBytes, progressOf } from "./data/progress.ts";
import { type DataFlags, dataOptions, loadSettings } from "./data/settings.ts";
import { createAudited, openBackups, trailOf } from "./data/store.ts";
import { interruptible } from "./data/terminal.ts";
import { print, printJson, table } from "./print.ts";

const examples = `
Examples:
  ./thorbis backup create --environment production
  ./thorbis backup list --environment production --json
  ./thorbis backup verify --environment production --set 20261121T021503Z-9f86d0
  ./thorbis backup prune --environment production --dry-run
`;

export function register(program: Command): void {
  const backup = program
    .command("backup")
    .description("Make, list, verify and prune backups")
    .addHelpText("after", examples);
  dataOptions(backup.command("create"))
    .description("Dump, compress, encrypt, upload, read back, and only then list a new set")
    .option("--accept-fall <reason>", "promote a set although it is much smaller than usual", reason)
    .action(create);
  dataOptions(backup.command("list"))
    .description("List the sets that can be restored, and those that must not be")
    .action(list);
  dataOptions(backup.command("verify"))
    .description("Read a set back in full: hashes, decryption, and what pg_restore lists")
    .option("--set <id>", "the set (default: the latest)")
    .action(verify);
  dataOptions(backup.command("prune"))
    .description("Remove the sets that retention lets go")
    .option("--dry-run", "only show what would go")
    .action(pruneSets);
}

async function create(flags: DataFlags & { acceptFall?: string }): Promise<void> {
  const manifest = await createAudited(await loadSettings(flags), flags);
  if (flags.json) printJson(manifest);
  else {
    const size = `${formatBytes(storedBytes(manifest))} in ${manifest.files.length} files`;
    print(`${manifest.id}: ${size}, verified and promoted in ${manifest.durationSeconds.toFixed(1)} s`);
  }
}

async function list(flags: DataFlags): Promise<void> {
  const { store, settings, prefix } = openBackups(await loadSettings(flags));
  const catalogue = await readCatalogue(store, prefix, settings.verifyKey);
  store.close();
  if (flags.json) printJson(catalogue);
  else
    print(catalogue.sets.length + catalogue.untrusted.length === 0 ? "There is no backup." : catalogueTable(catalogue));
  // A set that cannot be believed is somebody's work: whoever runs this in a script must notice.
  if (catalogue.untrusted.length > 0) process.exitCode = 1;
}

function catalogueTable({ sets, untrusted }: SetCatalogue): string {
  const rows = sets.map(({ manifest, standing, proofs }) => [
    manifest.id,
    manifest.createdAt.slice(0, 19).replace("T", " "),
    formatBytes(storedBytes(manifest)),
    standing === "restored" ? "verified by restore" : standing,
    proofs.at(-1)?.at.slice(0, 10) ?? "",
  ]);
  const header = ["SET", "SNAPSHOT (UTC)", "STORED", "STANDING", "LAST CHECKED"];
  return [table([header, ...rows]), ...untrusted.map(({ id, reason: why }) => `${id}  NOT TO BE TRUSTED: ${why}`)].join(
    "\n",
  );
}

async function verify(flags: DataFlags & { set?: string }): Promise<void> {
  const settings = await loadSettings(flags);
  const open = openBackups(settings);
  const line = progressOf(flags);
  const choice = flags.set === undefined ? ({ kind: "latest" } as const) : ({ kind: "id", id: flags.set } as const);
  try {
    const manifest = await interruptible((signal) =>
      audited(trailOf(settings), { environment: settings.environment, action: "backup verify" }, async () => {
        const result = await verifyBackup({
          ...open,
          choice,
          now: () => new Date(),
          signal,
          onProgress: ({ bytes, totalBytes }) => line.show("verifying", bytes, totalBytes),
        });
        return { result, detail: { set: result.id } };
      }),
    );
    line.end();
    if (flags.json) printJson({ set: manifest.id, verified: true });
    else print(`${manifest.id}: verified, ${manifest.files.length} files`);
  } finally {
    line.end();
    open.store.close();
  }
}

async function pruneSets(flags: DataFlags & { dryRun?: boolean }): Promise<void> {
  const settings = await loadSettings(flags);
  const { store, prefix, settings: backups } = openBackups(settings);
  const work = async () => {
    const result = await prune({ store, settings: backups, prefix, now: new Date(), dryRun: flags.dryRun === true });
    return { result, detail: { removed: result.removed, locked: result.locked.map(({ id }) => id) } };
  };
  const about = { environment: settings.environment, action: "backup prune" };
  const { decisions, removed, locked } = flags.dryRun
    ? (await work()).result
    : await audited(trailOf(settings), about, work);
  store.close();
  if (flags.json) printJson({ decisions, removed, locked });
  else if (decisions.length === 0) print("There is no backup.");
  else {
    const fate = (id: string, keep: boolean): string => {
      const lock = locked.find((entry) => entry.id === id);
      if (lock !== undefined) return `locked until ${lock.until.toISOString().slice(0, 10)}`;
      return keep ? "keep" : removed.includes(id) ? "removed" : "would go";
    };
    print(table([["SET", "", "BECAUSE"], ...decisions.map(({ id, keep, reason: why }) => [id, fate(id, keep), why])]));
  }
}

function reason(value: string): string {
  if (value.trim().length < 10) throw new InvalidArgumentError("a reason of at least ten characters is needed");
  return value.trim();
}

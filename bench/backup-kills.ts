/**
 * `node bench/backup-kills.ts --count 50`: kills `backup create`, `backup prune` and `restore` at random moments. After
 * each kill every listed set must be whole; after the last one a run must succeed, and nothing dead may be left.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readCatalogue } from "../operations/backups/sets.ts";
import { openStore } from "../operations/backups/store.ts";
import { verifyBackup } from "../operations/backups/verify.ts";
import { withConnection } from "../operations/database/connection.ts";
import { parseSettings } from "../operations/settings.ts";
import { commandLine, root } from "./command.ts";
import { fillDatabase, startDataServices } from "./data-services.ts";

const COMMANDS = [["backup", "create"], ["restore"], ["backup", "create"], ["backup", "prune"]];

const { values } = parseArgs({
  options: { count: { type: "string", default: "50" }, megabytes: { type: "string", default: "20" } },
});
const services = await startDataServices();
const failures: string[] = [];
let kills = 0;

/** Runs a command; with a limit it is killed then. Returns how long it took, and its code or undefined when killed. */
function run(words: readonly string[], killAfterMs?: number): Promise<{ ms: number; code: number | null }> {
  const all = [commandLine, ...words, "--environment", "bench", "--settings", services.settingsFile, "--json"];
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, all, { cwd: root, stdio: "ignore" });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolve({ ms: performance.now() - started, code });
    });
  });
}

try {
  await fillDatabase(services.url, Number(values.megabytes));
  const { backups } = parseSettings(JSON.parse(await readFile(services.settingsFile, "utf8")));
  if (backups === undefined) throw new Error("no settings");
  const store = openStore(services.client, services.bucket);
  const durations = new Map<string, number>();
  for (const words of COMMANDS) durations.set(words.join(" "), (await run(words)).ms);
  for (let index = 0; kills < Number(values.count); index += 1) {
    const words = COMMANDS[index % COMMANDS.length] ?? [];
    const limit = Math.random() * (durations.get(words.join(" ")) ?? 1_000);
    const before = (await readCatalogue(store, "bench", backups.verifyKey)).sets.map(({ manifest }) => manifest.id);
    if ((await run(words, limit)).code === null) kills += 1;
    const { sets, untrusted } = await readCatalogue(store, "bench", backups.verifyKey);
    const now = sets.map(({ manifest }) => manifest.id);
    for (const { id, reason } of untrusted)
      failures.push(`${words.join(" ")}: ${id} is listed and not to be trusted: ${reason}`);
    for (const id of before.filter((each) => !now.includes(each))) failures.push(`${words.join(" ")}: ${id} was lost`);
    const added = now.find((id) => !before.includes(id));
    if (added !== undefined) {
      const choice = { kind: "id", id: added } as const;
      await verifyBackup({ store, settings: backups, prefix: "bench", choice, now: () => new Date() }).catch(
        (error: unknown) => {
          failures.push(`${words.join(" ")}: ${added} is listed and damaged: ${String(error)}`);
        },
      );
    }
  }
  for (const words of [
    ["backup", "create"],
    ["backup", "prune"],
    ["restore", "--database", "last"],
  ]) {
    const { code } = await run(words);
    if (code !== 0) failures.push(`${words.join(" ")} after the kills ended with ${code}`);
  }
  const incoming = await store.list("bench/incoming/");
  if (incoming.length > 0) failures.push(`left under the temporary key: ${incoming.map(({ key }) => key).join(", ")}`);
  const dead = await withConnection(services.url, "bench", (client) =>
    client.query(
      "SELECT FROM pg_database d JOIN pg_shdescription s ON s.objoid = d.oid WHERE s.description LIKE 'thorbis: unfinished%'",
    ),
  );
  if (dead.rowCount !== 0) failures.push(`${dead.rowCount} unfinished databases are left`);
} finally {
  await services.stop();
}
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.stdout.write(`${kills} kills, ${failures.length} failures\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

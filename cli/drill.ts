/** `./thorbis drill`: prove that a backup can be restored, and keep the proof. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { audited } from "../operations/audit/record.ts";
import { type DrillOptions, runDrill } from "../operations/drills/drill.ts";
import { type DrillRecord, readDrills, standingOf } from "../operations/drills/history.ts";
import { reportDrills } from "../operations/drills/report.ts";
import { drawTrend, formatSeconds } from "../operations/drills/trend-chart.ts";
import { OperationFailure } from "../operations/failure.ts";
import { notify } from "../operations/notify.ts";
import type { OperationSettings } from "../operations/settings.ts";
import { progressOf } from "./data/progress.ts";
import { type DataFlags, dataOptions, loadSettings } from "./data/settings.ts";
import {
  type OpenBackups,
  openBackups,
  openReplica,
  type ReplicaFlags,
  replicaOptions,
  trailOf,
} from "./data/store.ts";
import { interruptible } from "./data/terminal.ts";
import { print, printJson } from "./print.ts";
import { choiceOf, objectivesOf } from "./restore.ts";

const examples = `
Examples:
  ./thorbis drill --environment production --report drill.md
  ./thorbis drill --environment production --key-loss --identity /media/safe/escrow.txt
  ./thorbis drill --environment production --replica-bucket thorbis-backups-replica --replica-region us-west-2
  ./thorbis drill --environment production --status        fails when the last good drill is too old
`;

interface DrillFlags extends DataFlags, ReplicaFlags {
  set?: string;
  date?: string;
  keyLoss?: boolean;
  status?: boolean;
  report?: string;
  picture?: string;
}

export function register(program: Command): void {
  replicaOptions(dataOptions(program.command("drill")))
    .description("Restore a backup into a throw-away server, check it, measure RTO and RPO, keep the result")
    .option("--set <id>", "the set (default: the latest verified)")
    .option("--date <time>", "the newest set from before this time")
    .option("--key-loss", "use the escrow key alone, given with --identity")
    .option("--status", "only say when the last good drill was")
    .option("--report <file>", "write the report with the trend as Markdown")
    .option("--picture <file>", "write the trend as SVG")
    .addHelpText("after", examples)
    .action(drill);
}

async function drill(flags: DrillFlags): Promise<void> {
  const settings = await loadSettings(flags);
  const open = openBackups(settings);
  const line = progressOf(flags);
  try {
    if (flags.status) return await status(flags, settings, open);
    const record = await interruptible((signal) =>
      audited(trailOf(settings), { environment: settings.environment, action: "drill" }, async () => {
        const result = await runDrill({
          ...open,
          ...sourceOf(flags, settings, open),
          choice: choiceOf(flags),
          objectives: objectivesOf(settings),
          now: () => new Date(),
          signal,
          onProgress: ({ phase, bytes, totalBytes }) => line.show(phase, bytes, totalBytes),
        });
        return { result, detail: { ...result }, measurements: measure(result) };
      }),
    );
    line.end();
    const drills = await readDrills(open.store, open.prefix);
    if (flags.report !== undefined) await writeFile(flags.report, reportDrills(drills));
    if (flags.picture !== undefined) await writeFile(flags.picture, drawTrend(drills));
    if (flags.json) printJson(record);
    else print(describe(record));
    if (record.ok) return;
    process.exitCode = 1;
    await notify(settings, `${settings.environment}: the restore drill FAILED. ${describe(record)}`);
  } finally {
    line.end();
    open.store.close();
  }
}

/** The kind of drill, and for a lost region the store that is read; history and proof stay in the first region. */
function sourceOf(
  flags: DrillFlags,
  settings: OperationSettings,
  open: OpenBackups,
): Pick<DrillOptions, "kind"> & Partial<DrillOptions> {
  if (flags.keyLoss && flags.identity === undefined) {
    throw new OperationFailure("--key-loss needs the escrow key", {
      exitCode: 2,
      remedy: "Give it with --identity FILE.",
    });
  }
  const replica = openReplica(flags, settings);
  if (replica === undefined) return { kind: flags.keyLoss ? "key-loss" : "latest" };
  return { kind: "replica", store: replica, historyStore: open.store };
}

async function status(flags: DrillFlags, settings: OperationSettings, open: OpenBackups): Promise<void> {
  const standing = standingOf(await readDrills(open.store, open.prefix), settings.drills.maxDaysBetween, new Date());
  if (flags.json) printJson(standing);
  else if (standing.lastSuccess === undefined) print("No drill has succeeded yet.");
  else
    print(
      `The last good drill was ${standing.days.toFixed(1)} days ago (${standing.lastSuccess.slice(0, 10)}); one is due every ${settings.drills.maxDaysBetween} days.`,
    );
  if (standing.isMissed) process.exitCode = 1;
}

function measure(record: DrillRecord) {
  const { rtoSeconds, rpoSeconds, objectives, checks } = record;
  const isProved = checks.length > 0 && checks.every(({ ok }) => ok);
  return {
    completedDrills: record.ok ? 1 : 0,
    verifiedBackups: isProved ? 1 : 0,
    recoveryObjectiveBreaches: rtoSeconds > objectives.rtoSeconds || rpoSeconds > objectives.rpoSeconds ? 1 : 0,
    ...(isProved && { recoveryTimeSeconds: rtoSeconds, recoveryPointSeconds: rpoSeconds }),
  };
}

function describe(record: DrillRecord): string {
  const red = record.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `  ${name}: ${detail}`);
  return [
    `${record.setId || "no set"}: ${record.ok ? "passed" : "FAILED"}; RTO ${formatSeconds(record.rtoSeconds)}, RPO ${formatSeconds(record.rpoSeconds)}`,
    ...(record.failure === undefined ? [] : [`  ${record.failure}`]),
    ...red,
  ].join("\n");
}

/** `./thorbis job`: the work of the maintenance calendar, as the scheduler starts it and as a person repeats it. */
import type { Command } from "commander";
import { openTrail } from "../operations/audit/trail.ts";
import { OperationFailure } from "../operations/failure.ts";
import { jobs } from "../operations/jobs/calendar.ts";
import { JobFailed, runJob } from "../operations/jobs/run.ts";
import type { CheckResult } from "../operations/verification/check.ts";
import { maintenanceCalendar } from "../stacks/maintenance.ts";
import { type DataFlags, dataOptions, loadSettings } from "./data/settings.ts";
import { interruptible } from "./data/terminal.ts";
import { print, printJson, table } from "./print.ts";

const examples = `
Examples:
  ./thorbis job list
  ./thorbis job run daily-backup-verification --environment production
  ./thorbis job run monthly-database-maintenance --environment staging --any-time --json
`;

export function register(program: Command): void {
  const job = program
    .command("job")
    .description("Run the work of the maintenance calendar")
    .addHelpText("after", examples);
  job.command("list").description("The jobs and when they run").option("--json", "print them as JSON").action(list);
  dataOptions(job.command("run"))
    .description("Run a job now; anything that could not be done, or is not as it should be, makes it red")
    .argument("<name>", "the job, as `job list` names it")
    .option("--any-time", "work although the job's window is closed")
    .action(run);
}

function list(flags: { json?: boolean }): void {
  const rows = jobs.map(({ name, summary }) => ({ name, schedule: maintenanceCalendar[name]?.at ?? "", summary }));
  if (flags.json) printJson(rows);
  else print(table([["JOB", "SCHEDULE (UTC)", "WORK"], ...rows.map((row) => [row.name, row.schedule, row.summary])]));
}

async function run(name: string, flags: DataFlags & { anyTime?: boolean }): Promise<void> {
  const job = jobs.find((candidate) => candidate.name === name);
  if (job === undefined)
    throw new OperationFailure(`there is no job ${name}`, {
      exitCode: 2,
      remedy: `Known are ${jobs.map((each) => each.name).join(", ")}.`,
    });
  const settings = await loadSettings(flags);
  try {
    const results = await interruptible((signal) =>
      runJob(job, {
        settings,
        trailOf: (database) => openTrail(settings, database),
        now: () => new Date(),
        signal,
        ...(flags.anyTime !== undefined && { anyTime: flags.anyTime }),
        onResult: (result) => (flags.json ? undefined : tell(result)),
      }),
    );
    if (flags.json) printJson(results);
  } catch (error) {
    // Each result has been told already; the job's own message would repeat the red ones.
    if (!(error instanceof JobFailed)) throw error;
    if (flags.json) printJson(error.results);
    process.exitCode = error.exitCode;
  }
}

function tell({ name, status, detail, remedy }: CheckResult): void {
  print(`${status.padEnd(8)} ${name}: ${detail}`);
  if (remedy !== undefined) print(`${" ".repeat(9)}remedy: ${remedy}`);
}

import type { Measurements } from "../audit/metrics.ts";
import { type AuditTrail, audited } from "../audit/record.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import { notify } from "../notify.ts";
import type { OperationSettings } from "../settings.ts";
import { allPassed, type CheckResult, runChecks } from "../verification/check.ts";
import { endOfWindow, type Job, type JobContext } from "./job.ts";

export interface JobOptions {
  settings: OperationSettings;
  /** A trail for each database, because its metrics carry the database's name. */
  trailOf(database: string): AuditTrail;
  now(): Date;
  signal?: AbortSignal;
  /** Work although the job's window is closed. */
  anyTime?: boolean;
  onResult?: (result: CheckResult) => void;
}

/** Some of a job's work was not done, or found what it must not find. */
export class JobFailed extends OperationFailure {
  readonly results: readonly CheckResult[];

  constructor(job: Job, results: readonly CheckResult[]) {
    const red = results.filter(({ status }) => status !== "passed");
    super(`${job.name}: ${red.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}`, {
      remedy: red.map(({ remedy }) => remedy).find((remedy) => remedy !== undefined) ?? "",
    });
    this.results = results;
  }
}

/**
 * Does the work of one job between two audit records, publishes what it measured, and tells the declared recipients
 * when it is red.
 * @throws JobFailed with every result; OperationFailure (exit code 3) outside the job's window
 */
export async function runJob(job: Job, options: JobOptions): Promise<CheckResult[]> {
  const { settings, trailOf } = options;
  const main = settings.database?.name ?? "thorbis-database";
  try {
    return await audited(trailOf(main), { environment: settings.environment, action: `job ${job.name}` }, async () => {
      const measured = new Map<string, Measurements>();
      const results = await work(job, options, (database, more) =>
        measured.set(database, { ...measured.get(database), ...more }),
      );
      for (const [database, measurements] of measured) await trailOf(database).publish(measurements);
      if (!allPassed(results)) throw new JobFailed(job, results);
      return { result: results, detail: { checks: results.map(({ name, detail }) => `${name}: ${detail}`) } };
    });
  } catch (error) {
    // A notice that cannot be sent must not hide why it was to be sent.
    await notify(settings, `${settings.environment}: ${messageOf(error)}`).catch(() => undefined);
    throw error;
  }
}

async function work(job: Job, options: JobOptions, measure: JobContext["measure"]): Promise<CheckResult[]> {
  const { settings, now, signal } = options;
  const deadline = endOfWindow(options.anyTime ? {} : job, now());
  if (deadline === undefined) {
    throw new OperationFailure(`${job.name} works from ${hours(job)} UTC only`, {
      exitCode: 3,
      remedy: "Wait for the window, or repeat it with --any-time when the load allows it.",
    });
  }
  const context = { settings, now, deadline, measure, ...(signal !== undefined && { signal }) };
  const results: CheckResult[] = [];
  // One after the other: maintenance must not take more of a server than one session.
  for (const check of job.checks(context)) {
    signal?.throwIfAborted();
    for (const result of await runChecks([check])) {
      results.push(result);
      options.onResult?.(result);
    }
  }
  if (results.length > 0) return results;
  throw new OperationFailure(`${job.name} has nothing to work on`, { exitCode: 2, remedy: "Name it in the settings." });
}

const hours = ({ window }: Job): string =>
  [window?.fromHour, window?.untilHour].map((hour) => `${String(hour).padStart(2, "0")}:00`).join(" to ");

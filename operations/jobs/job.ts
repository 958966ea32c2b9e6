import type { Measurements } from "../audit/metrics.ts";
import type { OperationSettings } from "../settings.ts";
import type { Check } from "../verification/check.ts";

export interface JobContext {
  settings: OperationSettings;
  now(): Date;
  signal?: AbortSignal;
  /** When the work has to be over; what is not begun by then is left and said. */
  deadline: Date;
  /** Keeps a measurement of a database; published at the job's end, whatever that is. */
  measure(database: string, measurements: Measurements): void;
}

/** Work of the maintenance calendar. Its steps are checks: one that cannot be done makes the job red. */
export interface Job {
  /** As `stacks/maintenance.ts` names it. */
  name: string;
  summary: string;
  /** Whole hours of the day, UTC, in which the job may work. @default any */
  window?: { fromHour: number; untilHour: number };
  /** In the order in which they run, one after the other. */
  checks(context: JobContext): Check[];
}

const HOUR = 3_600_000;

/** When the window that is open now ends; undefined outside of it. */
export function endOfWindow({ window }: Pick<Job, "window">, now: Date): Date | undefined {
  if (window === undefined) return new Date(now.getTime() + 4 * HOUR);
  const hour = now.getUTCHours();
  if (hour < window.fromHour || hour >= window.untilHour) return undefined;
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), window.untilHour));
}

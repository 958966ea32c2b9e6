import type { JobDeclaration } from "../components/scheduled-jobs.ts";
import type { Environment } from "./environment.ts";

/**
 * The seeds' maintenance calendar, UTC, and what its jobs and alarms rest on: the day's backup, the removal of old ones,
 * and the databases' vitals. The database's window is 02:00 to 06:00 on its day.
 */
const calendar = {
  "database-vitals": {
    at: "rate(5 minutes)",
    maxSilenceHours: 1,
    description: "Measures what the database alarms watch",
  },
  "daily-backup": { at: "cron(0 1 * * ? *)", maxSilenceHours: 26, description: "Takes the day's backup" },
  "daily-backup-verification": {
    at: "cron(0 6 * * ? *)",
    maxSilenceHours: 26,
    description: "Verifies that the day's backup is complete and can be restored",
  },
  "daily-backup-pruning": {
    at: "cron(30 7 * * ? *)",
    maxSilenceHours: 26,
    description: "Removes the backups that retention lets go",
  },
  "daily-log-rotation": {
    at: "cron(0 2 * * ? *)",
    maxSilenceHours: 26,
    description: "Rotates logs past their retention",
  },
  "weekly-security-scan": {
    at: "cron(0 3 ? * SUN *)",
    maxSilenceHours: 168,
    description: "Scans dependencies and infrastructure for vulnerabilities",
  },
  "weekly-performance-analysis": {
    at: "cron(0 5 ? * SUN *)",
    maxSilenceHours: 168,
    description: "Analyses the week's performance",
  },
  "monthly-certificate-check": {
    at: "cron(0 4 1 * ? *)",
    description: "Checks every certificate for at least 30 days of validity",
  },
  "monthly-database-maintenance": {
    at: "cron(0 2 15 * ? *)",
    description: "Vacuums, analyses and reports unused indexes, until 06:00",
  },
  "quarterly-recovery-test": {
    at: "cron(0 9 1 1,4,7,10 ? *)",
    description: "Restores the latest backup from the other region and measures how long it takes",
  },
} as const satisfies Record<string, { at: string; maxSilenceHours?: number; description: string }>;

export type MaintenanceJob = keyof typeof calendar;

/** The same, for whoever lists the jobs. */
export const maintenanceCalendar: Readonly<Record<string, { readonly at: string }>> = calendar;

/** What the caller decides of a job. */
export type Decisions = Pick<JobDeclaration, "duty" | "environment" | "cpu" | "memoryMib">;

/** The jobs of an environment; what each may do and read is the caller's decision. */
export function maintenanceJobs(
  { name }: Environment,
  decide: (job: MaintenanceJob) => Decisions,
): Readonly<Record<string, JobDeclaration>> {
  return Object.fromEntries(
    Object.entries(calendar).map(([job, { at, description, ...silence }]) => [
      job,
      {
        description,
        schedule: at,
        command: ["job", "run", job, "--environment", name],
        ...silence,
        ...decide(job as MaintenanceJob),
      },
    ]),
  );
}

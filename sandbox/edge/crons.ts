/** Runs the jobs that the apps schedule, as the platform does: a GET with the project's own secret. */
import type { App } from "./pipeline.ts";
import type { EdgeWorld } from "./project.ts";

export interface Cron {
  path: string;
  /** Five fields, UTC. */
  schedule: string;
}

const MINUTE = 60_000;

/** The least value of each field: the first day is the 1st, the first hour is 0. */
const LEAST = [0, 0, 1, 1, 0];

/** Whether the schedule names the minute of `time`. Numbers, `*`, lists, ranges and steps, as Vercel allows. */
export function isDue(schedule: string, time: Date): boolean {
  const fields = schedule.trim().split(/\s+/);
  const values = [
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth() + 1,
    time.getUTCDay(),
  ];
  return (
    fields.length === 5 && values.every((value, index) => fieldHolds(fields[index] ?? "", value, LEAST[index] ?? 0))
  );
}

function fieldHolds(field: string, value: number, least: number): boolean {
  return field.split(",").some((part) => {
    const [range = "", step = "1"] = part.split("/");
    const [first = "", last] = range.split("-");
    const low = range === "*" ? least : Number(first);
    const high = range === "*" || (last === undefined && part.includes("/")) ? 59 : Number(last ?? first);
    return value >= low && value <= high && (value - low) % Number(step) === 0;
  });
}

/** Calls `work` once in every minute of the clock, at its beginning: a timer of 60 s would drift past one now and then. */
export function everyMinute(work: (time: Date) => void): { stop(): void } {
  let timer: NodeJS.Timeout;
  let last = Math.floor(Date.now() / MINUTE);
  const wait = () => {
    timer = setTimeout(tick, MINUTE - (Date.now() % MINUTE));
  };
  const tick = () => {
    const minute = Math.floor(Date.now() / MINUTE);
    // A timer may fire a moment early.
    if (minute > last) {
      last = minute;
      work(new Date(minute * MINUTE));
    }
    wait();
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}

/** Runs what is due in this minute; a project whose crons are switched off runs none. Resolves to how many ran. */
export async function runCrons(world: EdgeWorld, app: App, crons: readonly Cron[], time: Date): Promise<number> {
  const due = crons.filter(({ schedule }) => isDue(schedule, time));
  const runs = world.projects
    .filter(({ cronsEnabled }) => cronsEnabled)
    .flatMap((project) => due.map((cron) => ({ project, cron })));
  await Promise.allSettled(
    runs.map(async ({ project, cron }) => {
      const variables = project.variables("production-domain");
      const request = {
        method: "GET",
        scheme: "http",
        host: project.name,
        path: cron.path,
        query: new URLSearchParams(),
        headers: { "user-agent": "vercel-cron/1.0", authorization: `Bearer ${variables.CRON_SECRET ?? ""}` },
        ip: "127.0.0.1",
        body: async () => Buffer.alloc(0),
      };
      await app(request, project, variables);
    }),
  );
  return runs.length;
}

import { CRONS, referenceApp } from "../reference/app.ts";
import { everyMinute, isDue, runCrons } from "./crons.ts";
import { compileWorld, type DeclaredResource } from "./project.ts";

const declare = (type: string, id: string, inputs: DeclaredResource["inputs"]): DeclaredResource => ({
  type: `vercel:index/${type}`,
  ...{ id, inputs, outputs: inputs },
});

/** A project with a secret for its jobs; `enabled`: what its crons are declared to be. */
const project = (name: string, secret: string | undefined, enabled?: boolean): DeclaredResource[] => [
  declare("project:Project", name, { name }),
  ...(secret === undefined
    ? []
    : [
        declare("projectEnvironmentVariable:ProjectEnvironmentVariable", `${name}-secret`, {
          ...{ projectId: name, key: "CRON_SECRET", value: secret, targets: ["production"] },
        }),
      ]),
  ...(enabled === undefined
    ? []
    : [declare("projectCrons:ProjectCrons", `${name}-crons`, { projectId: name, enabled })]),
];

describe("a schedule", () => {
  // A Saturday.
  const at = (time: string) => new Date(`2026-11-21T${time}:30Z`);

  it.each([
    ["* * * * *", "12:34"],
    ["34 12 * * *", "12:34"],
    ["*/5 * * * *", "12:35"],
    ["10-40/10 12 * * *", "12:30"],
    ["5,34 9-17 * * *", "12:34"],
    ["0 3 21 11 *", "03:00"],
    ["0 3 * * 6", "03:00"],
    // Steps count from the first day: the 1st, the 3rd, and so on.
    ["0 0 */2 * *", "00:00"],
    ["0 0 * */5 *", "00:00"],
  ])("%s names %s", (schedule, time) => {
    expect(isDue(schedule, at(time))).toBe(true);
  });

  it.each([
    ["34 12 * * *", "12:35"],
    ["*/5 * * * *", "12:34"],
    ["10-40/10 12 * * *", "12:50"],
    ["0 3 * * 1-5", "03:00"],
    ["0 3 22 11 *", "03:00"],
    ["0 0 */3 * *", "00:00"],
    ["0 3 * *", "03:00"],
    ["", "03:00"],
  ])("%s does not name %s", (schedule, time) => {
    expect(isDue(schedule, at(time))).toBe(false);
  });
});

describe("scheduled jobs", () => {
  const [cron] = CRONS;
  const due = new Date("2026-11-21T03:00:00Z");

  it("run for every project, each with its own secret, and for none whose crons are switched off", async () => {
    const ran: string[] = [];
    const app = referenceApp({ onCron: ({ project: name, path }) => ran.push(`${name} ${path}`) });
    const world = compileWorld([
      ...project("one", "secret-one"),
      ...project("two", "secret-two", true),
      ...project("off", "secret-off", false),
      ...project("secretless", undefined),
    ]);
    expect(await runCrons(world, app, CRONS, due)).toBe(3);
    // The app lets nobody in without a secret: that project's run was refused.
    expect(ran.sort()).toEqual([`one ${cron.path}`, `two ${cron.path}`]);
    expect(await runCrons(world, app, CRONS, new Date("2026-11-21T03:01:00Z"))).toBe(0);
  });

  it("go on when one of them fails", async () => {
    const world = compileWorld([...project("one", "a"), ...project("two", "b")]);
    const ran: string[] = [];
    const runs = runCrons(
      world,
      (_, { name }) => {
        ran.push(name);
        throw new Error("broken");
      },
      CRONS,
      due,
    );
    expect(await runs).toBe(2);
    expect(ran).toEqual(["one", "two"]);
  });

  it("are looked for once in every minute of the clock, however early or late a timer fires", () => {
    jest.useFakeTimers({ now: new Date("2026-11-21T02:58:59.990Z") });
    try {
      const minutes: string[] = [];
      const clock = everyMinute((time) => minutes.push(time.toISOString().slice(11, 16)));
      jest.advanceTimersByTime(10);
      jest.setSystemTime(new Date("2026-11-21T02:59:20Z"));
      jest.advanceTimersByTime(60_000);
      jest.setSystemTime(new Date("2026-11-21T03:00:59.999Z"));
      jest.advanceTimersByTime(60_000);
      clock.stop();
      jest.advanceTimersByTime(600_000);
      expect(new Set(minutes).size).toBe(minutes.length);
      expect(minutes.slice(0, 2)).toEqual(["02:59", "03:00"]);
    } finally {
      jest.useRealTimers();
    }
  });
});

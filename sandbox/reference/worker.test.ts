import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue } from "bullmq";
import { launch } from "../services/launch.ts";
import { type MailCatcher, startMailCatcher } from "../services/mail/catcher.ts";
import { findFreePort } from "../services/ports.ts";
import { endProcess, type ProcessRecord } from "../services/processes.ts";
import { waitUntilReady } from "../services/ready.ts";
import { cacheAnswers, cacheOptions } from "./cache.ts";
import { queueSettings } from "./queue.ts";
import type { Variables } from "./variables.ts";
import { type DeadLetter, enqueue, type RunningWorker, startWorker } from "./worker.ts";
import { workerHealth } from "./worker-health.ts";

describe("HelpDesk's worker", () => {
  const directory = mkdtempSync(join(tmpdir(), "thorbis-worker-"));
  let redis: ProcessRecord;
  let mail: MailCatcher;
  let worker: RunningWorker | undefined;
  let variables: Variables;
  const events: string[] = [];
  const seen = (event: string) =>
    new Promise<void>((resolve) => {
      const poll = () => (events.includes(event) ? resolve() : setTimeout(poll, 5));
      poll();
    });

  beforeAll(async () => {
    const port = await findFreePort();
    const log = join(directory, "log");
    const args = [
      "--bind",
      "127.0.0.1",
      "--port",
      String(port),
      "--save",
      "",
      "--requirepass",
      "secret",
      "--set-proc-title",
      "no",
    ];
    redis = await launch({
      command: "redis-server",
      args,
      cwd: directory,
      environment: {},
      marker: `test:${directory}`,
      log,
    });
    const url = `redis://:secret@127.0.0.1:${port}`;
    await waitUntilReady("redis", redis, log, () => cacheAnswers(cacheOptions(url)));
    mail = await startMailCatcher({ directory: join(directory, "mail"), port: 0 });
    variables = {
      REDIS_URL: url,
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(mail.port),
      WORKER_BACKOFF_MS: "1",
      WORKER_MAX_ATTEMPTS: "2",
    };
  }, 20_000);
  afterAll(async () => {
    await worker?.stop();
    await mail.close();
    await endProcess(redis, "SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  it("is unhealthy while no worker listens", async () => {
    expect(await workerHealth(variables)).toMatchObject({
      status: "unhealthy",
      reason: "no worker listens to the queue",
    });
  });

  it("sends the mail of a job, and is healthy", async () => {
    worker = await startWorker(variables, ({ event, job }) => events.push(`${event} ${job}`));
    await enqueue(queueSettings(variables), "email", { to: "a@example.com", subject: "Ticket 7", text: "Solved." });
    await seen("completed email");
    expect(mail.messages()).toMatchObject([{ to: ["a@example.com"], subject: "Ticket 7", text: "Solved.\n" }]);
    expect(await workerHealth(variables)).toMatchObject({ status: "healthy", workers: 1, queue: { completed: 1 } });
  });

  it("keeps a job that failed for good, with its reason and its data", async () => {
    await enqueue(queueSettings(variables), "nonsense", { ticket: 7 });
    await seen("dead nonsense");
    const { options } = queueSettings(variables);
    const dead = new Queue<DeadLetter>("helpdesk-default-dlq", options);
    while ((await dead.getWaitingCount()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [letter] = await dead.getWaiting();
    expect(letter?.data).toMatchObject({ job: "nonsense", reason: "there is no job nonsense", data: { ticket: 7 } });
    await dead.close();
  });

  it("tries again before it gives up", async () => {
    await worker?.stop();
    worker = await startWorker({ ...variables, SMTP_PORT: "1" }, ({ event, job }) => events.push(`${event} ${job}`));
    await enqueue(queueSettings(variables), "email", { to: "a@example.com", subject: "never", text: "" });
    await seen("dead email");
    expect(events.filter((event) => event.endsWith(" email"))).toEqual([
      "completed email",
      "failed email",
      "dead email",
    ]);
  });

  it("refuses to start without a queue, and says what is missing", () => {
    expect(() => queueSettings({})).toThrow(expect.objectContaining({ message: "REDIS_URL is not set", exitCode: 2 }));
  });
});

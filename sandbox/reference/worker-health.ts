import { Queue } from "bullmq";
import { queueSettings } from "./queue.ts";
import type { Variables } from "./variables.ts";

export interface WorkerHealth {
  status: "healthy" | "unhealthy";
  queue: { name: string; waiting: number; active: number; completed: number; failed: number };
  workers: number;
  deadLetters: number;
  reason?: string;
}

/** Healthy: the queue can be reached and at least one worker listens to it. */
export async function workerHealth(variables: Variables, timeoutMilliseconds = 5_000): Promise<WorkerHealth> {
  const settings = queueSettings(variables);
  const queue = new Queue(settings.name, settings.options);
  const dead = settings.deadLetters === undefined ? undefined : new Queue(settings.deadLetters, settings.options);
  for (const each of [queue, dead]) each?.on("error", () => undefined);
  try {
    return await within(timeoutMilliseconds, async () => {
      const counts = await queue.getJobCounts("waiting", "active", "completed", "failed");
      const workers = await queue.getWorkersCount();
      const deadLetters = (await dead?.getJobCounts("waiting"))?.waiting ?? 0;
      const { waiting = 0, active = 0, completed = 0, failed = 0 } = counts;
      const healthy = workers > 0;
      return {
        status: healthy ? "healthy" : "unhealthy",
        queue: { name: settings.name, waiting, active, completed, failed },
        workers,
        deadLetters,
        ...(!healthy && { reason: "no worker listens to the queue" }),
      };
    });
  } catch {
    const queueless = { name: settings.name, waiting: 0, active: 0, completed: 0, failed: 0 };
    return { status: "unhealthy", queue: queueless, workers: 0, deadLetters: 0, reason: "the queue cannot be reached" };
  } finally {
    await Promise.all([queue, dead].map((each) => each?.disconnect()));
  }
}

async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("timed out")), milliseconds);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

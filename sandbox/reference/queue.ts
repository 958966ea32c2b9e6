/** HelpDesk's queue, as its variables describe it. */
import type { QueueOptions } from "bullmq";
import { cacheOptions } from "./cache.ts";
import { type Variables, wholeNumber } from "./variables.ts";

export interface QueueSettings {
  name: string;
  deadLetters: string | undefined;
  concurrency: number;
  maxAttempts: number;
  backoffMilliseconds: number;
  options: Pick<QueueOptions, "connection" | "prefix">;
}

export class QueueNotConfigured extends Error {
  readonly exitCode = 2;
  readonly remedy = "set REDIS_URL, for example rediss://:password@localhost:6379 (`./thorbis env pull` writes it)";
}

export function queueSettings(variables: Variables): QueueSettings {
  const url = variables.REDIS_URL;
  if (!url) throw new QueueNotConfigured("REDIS_URL is not set");
  const keeps = variables.WORKER_DLQ_ENABLED !== "false";
  return {
    name: variables.BULLMQ_QUEUE ?? "helpdesk-default",
    deadLetters: keeps ? (variables.WORKER_DLQ_NAME ?? "helpdesk-default-dlq") : undefined,
    concurrency: wholeNumber(variables, "WORKER_CONCURRENCY", 5),
    maxAttempts: wholeNumber(variables, "WORKER_MAX_ATTEMPTS", 3),
    backoffMilliseconds: wholeNumber(variables, "WORKER_BACKOFF_MS", 1_000),
    options: {
      // The library waits for its blocking commands itself and asks for this.
      connection: { ...cacheOptions(url), maxRetriesPerRequest: null },
      prefix: variables.BULLMQ_PREFIX ?? "helpdesk",
    },
  };
}

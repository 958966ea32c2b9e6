/** HelpDesk's worker: takes jobs from the queue, retries them, and keeps those that failed for good. */
import { type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import { createTransport } from "nodemailer";
import { type QueueSettings, queueSettings } from "./queue.ts";
import { type Variables, wholeNumber } from "./variables.ts";

export interface EmailJob {
  to: string;
  subject: string;
  text: string;
}

export interface DeadLetter {
  job: string;
  id: string;
  attempts: number;
  reason: string;
  failedAt: string;
  data: unknown;
}

export interface RunningWorker {
  /** Lets the jobs under way finish. */
  stop(): Promise<void>;
}

export type Log = (entry: { event: string; job: string; id: string; reason?: string }) => void;

export async function startWorker(variables: Variables, log: Log = () => undefined): Promise<RunningWorker> {
  const settings = queueSettings(variables);
  const deadLetters =
    settings.deadLetters === undefined ? undefined : new Queue<DeadLetter>(settings.deadLetters, settings.options);
  deadLetters?.on("error", () => undefined);
  const worker = new Worker(settings.name, (job) => perform(job, variables), {
    ...settings.options,
    concurrency: settings.concurrency,
  });
  // The library reconnects by itself; without a listener the first lost connection would end the process.
  worker.on("error", () => undefined);
  worker.on("completed", (job) => log({ event: "completed", job: job.name, id: job.id ?? "" }));
  worker.on("failed", (job, error) => {
    if (!job) return;
    const last = isLast(job, error);
    log({ event: last ? "dead" : "failed", job: job.name, id: job.id ?? "", reason: error.message });
    if (last && deadLetters)
      void keep(deadLetters, job, error).catch(() => log({ event: "lost", job: job.name, id: job.id ?? "" }));
  });
  await worker.waitUntilReady();
  return {
    async stop() {
      await worker.close();
      await deadLetters?.close();
    },
  };
}

/** Puts a job into the queue with the retries that the worker is configured with. */
export async function enqueue(settings: QueueSettings, name: string, data: unknown): Promise<string> {
  const queue = new Queue(settings.name, settings.options);
  queue.on("error", () => undefined);
  try {
    const job = await queue.add(name, data, {
      attempts: settings.maxAttempts,
      backoff: { type: "exponential", delay: settings.backoffMilliseconds },
      removeOnComplete: 1000,
    });
    return job.id ?? "";
  } finally {
    await queue.close();
  }
}

async function perform(job: Job, variables: Variables): Promise<unknown> {
  if (job.name === "email") return sendEmail(job.data, variables);
  // No further attempt can make an unknown job known.
  throw new UnrecoverableError(`there is no job ${job.name}`);
}

async function sendEmail({ to, subject, text }: EmailJob, variables: Variables): Promise<{ messageId: string }> {
  if (variables.EMAIL_ENABLED === "false") throw new UnrecoverableError("e-mail is switched off");
  const user = variables.SMTP_USER;
  const transport = createTransport({
    host: variables.SMTP_HOST ?? "127.0.0.1",
    port: wholeNumber(variables, "SMTP_PORT", 587),
    secure: false,
    ...(user && { auth: { user, pass: variables.SMTP_PASSWORD ?? "" } }),
  });
  try {
    const { messageId } = await transport.sendMail({
      from: variables.SMTP_FROM ?? "helpdesk@localhost",
      to,
      subject,
      text,
    });
    return { messageId };
  } finally {
    transport.close();
  }
}

function isLast(job: Job, error: Error): boolean {
  return error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
}

async function keep(deadLetters: Queue<DeadLetter>, job: Job, error: Error): Promise<void> {
  const letter = {
    job: job.name,
    id: job.id ?? "",
    attempts: job.attemptsMade,
    reason: error.message,
    failedAt: new Date().toISOString(),
    data: job.data,
  };
  // The id keeps a job that two workers saw fail from being kept twice.
  await deadLetters.add(job.name, letter, { jobId: `dead-${job.id}` });
}

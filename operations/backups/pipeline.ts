import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { OperationFailure } from "../failure.ts";

/** One program of a pipeline, or shell text that is known to be safe. */
export type Stage = readonly [program: string, ...args: string[]] | { shell: string; name: string };

export interface PipelineOptions {
  environment?: Record<string, string>;
  /** Bytes for the first program. @default none */
  input?: Readable;
  /** A secret that stages read from file descriptor 4 (`<(cat <&4)`): it stands in no argument and in no file. */
  secret?: string;
  signal?: AbortSignal;
}

export interface Pipeline {
  /** What the last program writes; it must be read. */
  stdout: Readable;
  /** Resolves with what was written to descriptor 5 when every program has succeeded. */
  finished: Promise<string>;
}

/** Says which program failed and what it said. */
export class PipelineFailure extends OperationFailure {
  /** Every program ended only because its reader had gone: the cause lies behind the pipeline. */
  readonly isConsequence: boolean;

  constructor(message: string, isConsequence: boolean) {
    super(message);
    this.isConsequence = isConsequence;
  }
}

const MESSAGE_BYTES = 4_000;

/**
 * Programs joined by the kernel's own pipes, so that a byte is copied by none of our code. The pipeline has succeeded
 * only when each program has: a dump that dies in the middle ends its output exactly like one that is complete.
 */
export function startPipeline(stages: readonly Stage[], options: PipelineOptions = {}): Pipeline {
  const script = `${stages.map(commandOf).join(" | ")}\nprintf '%s ' "\${PIPESTATUS[@]}" >&3`;
  const child = spawn("bash", ["-c", script], {
    // A group of its own: an abort ends every program, not only the shell.
    detached: true,
    env: { ...process.env, ...options.environment, LC_ALL: "C" },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  // The typings know only the first three; the six are what `stdio` above asks for.
  const [, stdout, stderr, statuses, secret, notes] = child.stdio as unknown as [
    Writable | null,
    Readable,
    Readable,
    Readable,
    Writable,
    Readable,
  ];
  const texts = { stderr: "", statuses: "", notes: "" };
  stderr.on("data", (chunk: Buffer) => {
    texts.stderr = (texts.stderr + chunk.toString()).slice(-MESSAGE_BYTES);
  });
  statuses.on("data", (chunk: Buffer) => {
    texts.statuses += chunk.toString();
  });
  notes.on("data", (chunk: Buffer) => {
    texts.notes += chunk.toString();
  });
  // A program that ends before it has read everything closes its side: its own status tells why.
  secret.on("error", () => undefined);
  secret.end(options.secret ?? "");
  feed(options.input, child.stdin);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null) endGroup(child.pid);
  };
  options.signal?.addEventListener("abort", kill, { once: true });
  if (options.signal?.aborted) kill();
  const finished = new Promise<string>((resolve, reject) => {
    options.input?.once("error", (error) => {
      kill();
      reject(error);
    });
    child.once("error", reject);
    child.once("close", () => {
      options.signal?.removeEventListener("abort", kill);
      const failure = failureOf(stages, texts.statuses, texts.stderr, options.signal);
      if (failure === undefined) resolve(texts.notes);
      else reject(failure);
    });
  });
  // Whoever reads the output asks for the end later; until then a failure is not "unhandled".
  finished.catch(() => undefined);
  return { stdout, finished };
}

/** Collects a pipeline's output as text; for lists, not for data. */
export async function collectPipeline(
  stages: readonly Stage[],
  options: PipelineOptions = {},
): Promise<{ text: string; notes: string }> {
  const { stdout, finished } = startPipeline(stages, options);
  const chunks: Buffer[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  return { notes: await finished, text: Buffer.concat(chunks).toString() };
}

function feed(input: Readable | undefined, stdin: Writable | null): void {
  if (input === undefined || stdin === null) return;
  stdin.on("error", () => input.destroy());
  input.pipe(stdin);
  input.once("error", () => stdin.destroy());
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended between the question and the signal.
  }
}

const BROKEN_PIPE = 141;

function failureOf(
  stages: readonly Stage[],
  statuses: string,
  stderr: string,
  signal: AbortSignal | undefined,
): Error | undefined {
  if (signal?.aborted) return new OperationFailure("the operation was interrupted", { cause: signal.reason });
  const codes = statuses.trim() === "" ? undefined : statuses.trim().split(" ").map(Number);
  if (codes?.length === stages.length && codes.every((code) => code === 0)) return undefined;
  const names = stages.map((stage) => ("shell" in stage ? stage.name : (stage[0].split("/").at(-1) ?? "")));
  // A broken pipe is the consequence of another program's end. The last program writes to us, over a socket: when we
  // go while bytes of its are unread, it is told of a reset instead, and says so.
  const lostUs = /write \S+: (connection reset by peer|broken pipe)/i.test(stderr);
  const isCause = (code: number, index: number) =>
    code !== 0 && code !== BROKEN_PIPE && !(lostUs && index === stages.length - 1);
  const failed = codes?.findIndex(isCause) ?? -1;
  const who = failed < 0 ? names.join(" | ") : `${names[failed]} (code ${codes?.[failed]})`;
  const said = stderr.trim().split("\n").slice(-4).join(" / ");
  return new PipelineFailure(`${who} failed${said === "" ? "" : `: ${said}`}`, codes !== undefined && failed < 0);
}

function commandOf(stage: Stage): string {
  return "shell" in stage ? stage.shell : stage.map((word) => shellWord(word)).join(" ");
}

export function shellWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

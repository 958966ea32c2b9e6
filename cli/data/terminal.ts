import { createInterface } from "node:readline/promises";
import { OperationFailure } from "../../operations/failure.ts";

/** A line that rewrites itself; silent when nobody watches. */
export interface ProgressLine {
  show(phase: string, bytes: number, totalBytes: number): void;
  end(): void;
}

export function progressLine(): ProgressLine {
  const started = Date.now();
  let last = 0;
  return {
    show(phase, bytes, totalBytes) {
      if (!process.stderr.isTTY || Date.now() - last < 100) return;
      last = Date.now();
      process.stderr.write(`\r\u001b[K${describeProgress(phase, bytes, totalBytes, (last - started) / 1_000)}`);
    },
    end() {
      if (last > 0) process.stderr.write("\r\u001b[K");
    },
  };
}

/** @example "dumping  120.0 MB of about 480.0 MB  40.0 MB/s  9 s left" */
export function describeProgress(phase: string, bytes: number, totalBytes: number, seconds: number): string {
  const rate = seconds > 0 ? bytes / seconds : 0;
  const of = totalBytes > 0 ? ` of about ${formatBytes(totalBytes)}` : "";
  const left = totalBytes > bytes && rate > 0 ? `  ${Math.ceil((totalBytes - bytes) / rate)} s left` : "";
  return `${phase}  ${formatBytes(bytes)}${of}  ${formatBytes(rate)}/s${left}`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Asks for the environment's name; without a terminal only `--confirm NAME` answers. */
export async function confirmName(environment: string, given: string | undefined): Promise<boolean> {
  if (given !== undefined) return given === environment;
  if (!process.stdin.isTTY) {
    throw new OperationFailure(`this changes ${environment} and nobody is here to confirm it`, {
      exitCode: 3,
      remedy: `Repeat it with --confirm ${environment}`,
    });
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(`Type the environment's name (${environment}) to go on: `)).trim() === environment;
  } finally {
    reader.close();
  }
}

/** Ends work in order when the process is asked to end: what is half done is cleaned up. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new Error("interrupted"));
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

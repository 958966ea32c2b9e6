import { createInterface } from "node:readline/promises";
import { OperationFailure } from "../../operations/failure.ts";

/** Asks for the environment's name; without a terminal only `--confirm NAME` answers. */
export async function confirmName(environment: string, given: string | undefined): Promise<boolean> {
  if (given === environment) return true;
  if (given !== undefined) {
    throw new OperationFailure(`--confirm ${given} does not name the environment that this changes`, {
      exitCode: 3,
      remedy: `Nothing was changed. Repeat it with --confirm ${environment}, if that is what you mean.`,
    });
  }
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

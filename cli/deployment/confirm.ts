/** Asks before anything is changed. */
import { createInterface } from "node:readline/promises";
import { UsageError } from "./usage-error.ts";

/** Errors: {@link UsageError} when nobody can be asked, or the answer is no. */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      "this needs a confirmation, and there is no terminal to ask in",
      "Add --yes, or apply a plan: --plan FILE.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} (yes/no) `);
    if (answer.trim().toLowerCase() !== "yes") throw new UsageError("not confirmed; nothing was done", undefined, 1);
  } finally {
    terminal.close();
  }
}

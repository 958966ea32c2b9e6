/** What a person reads of an error: message and remedy of an expected one; of a fault of ours, where it happened. */

export interface Explanation {
  message: string;
  exitCode: number;
}

interface Expected extends Error {
  exitCode: number;
  remedy?: string;
}

const isExpected = (error: unknown): error is Expected =>
  error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";

export function explain(error: unknown): Explanation {
  if (isExpected(error)) {
    const remedy = error.remedy ? `  remedy: ${error.remedy.replaceAll("\n", "\n  ")}\n` : "";
    return { message: `error: ${error.message}\n${remedy}`, exitCode: error.exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `internal error, please report it with these lines:\n${stack}\n`, exitCode: 1 };
}

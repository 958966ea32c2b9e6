/**
 * What goes wrong in an operation and is explained to the person at the keyboard: 1 the operation failed,
 * 2 wrong usage or configuration, 3 refused by a rule, 4 changes found where none were expected.
 */
export type ExitCode = 1 | 2 | 3 | 4;

export class OperationFailure extends Error {
  readonly exitCode: ExitCode;
  /** What the reader does next, in one or two sentences. */
  readonly remedy: string | undefined;

  constructor(message: string, options: { exitCode?: ExitCode; remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "OperationFailure";
    this.exitCode = options.exitCode ?? 1;
    this.remedy = options.remedy;
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") {
    return thrown.errors.map(messageOf).join("; ");
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}

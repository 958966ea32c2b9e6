/**
 * An expected failure of a local service: the command line prints the message and the remedy, and no stack.
 * `exitCode` is 1 where something went wrong on the machine and 2 where the caller asked for something impossible.
 */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly exitCode: 1 | 2;
  readonly remedy: string | undefined;
  constructor(message: string, options: { remedy?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
    this.remedy = options.remedy;
  }
}

/** The code of a system error such as `ENOSPC`; `undefined` for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

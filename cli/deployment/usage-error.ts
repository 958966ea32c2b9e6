/** A command that cannot be meant as it was given. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode: 1 | 2 | 3;
  readonly remedy: string | undefined;
  constructor(message: string, remedy?: string, exitCode: 1 | 2 | 3 = 2) {
    super(message);
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

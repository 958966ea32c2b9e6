/** A pack that cannot be started or whose rule is broken. Expected failures: shown without a stack. */
export class PolicyPackError extends Error {
  override readonly name = "PolicyPackError";
  readonly exitCode: 1 | 2;
  readonly remedy: string | undefined;
  constructor(message: string, exitCode: 1 | 2, remedy?: string) {
    super(message);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

/** A state that cannot be used as it is, or is in use. Shown without a stack. */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly exitCode: 1 | 2;
  readonly remedy: string | undefined;
  constructor(message: string, exitCode: 1 | 2 = 1, remedy?: string) {
    super(message);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

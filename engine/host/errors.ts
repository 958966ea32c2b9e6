/** A provider plugin that cannot be found, started or spoken to. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly exitCode: 1 | 2;
  readonly remedy?: string;
  constructor(message: string, exitCode: 1 | 2, remedy?: string) {
    super(message);
    this.exitCode = exitCode;
    if (remedy !== undefined) this.remedy = remedy;
  }
}

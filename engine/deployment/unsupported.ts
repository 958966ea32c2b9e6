/** What the embedded engine does not do, said in the same words everywhere. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
  readonly exitCode = 2;
  readonly remedy: string;
  constructor(feature: string) {
    const remedy = "run this stack with the Pulumi CLI: add --engine pulumi";
    super(`the embedded engine does not support ${feature}; ${remedy}`);
    this.remedy = remedy;
  }
}

export const unsupported = (feature: string): Unsupported => new Unsupported(feature);

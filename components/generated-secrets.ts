import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";

export interface GeneratedSecretsArgs {
  /** Length in characters by name; letters and digits only, so that a value fits into any URL or header. */
  readonly lengths: Readonly<Record<string, number>>;
  /** `protected`: a lost value logs everybody out or locks us out of what it opens. */
  readonly dataProtection: DataProtection;
}

/** Secrets that nobody has to know: made once, kept in the state as secrets, and never shown. */
export class GeneratedSecrets extends pulumi.ComponentResource {
  readonly values: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: GeneratedSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    for (const [secret, length] of Object.entries(args.lengths)) {
      demand(
        Number.isInteger(length) && length >= 32,
        `${name}.lengths.${secret}`,
        `${length} characters can be guessed`,
        "Write 32 or more.",
      );
    }
    super("thorbis:secrets:GeneratedSecrets", name, {}, opts);
    const options = { parent: this, ...dataOptions(args.dataProtection) };
    this.values = Object.fromEntries(
      Object.entries(args.lengths).map(([secret, length]) => [
        secret,
        new random.RandomPassword(`${name}-${secret}`, { length, special: false }, options).result,
      ]),
    );
    this.registerOutputs({});
  }
}

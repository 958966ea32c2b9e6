import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { demand } from "./invalid-argument.ts";

export interface VercelFlagsArgs {
  /** The store's name: up to 32 letters, digits, hyphens or underscores. */
  readonly storeName: string;
  /** By flag, in kebab-case: whether it is on, and for which share of users in percent. */
  readonly flags: Readonly<Record<string, { readonly enabled: boolean; readonly percent: number }>>;
  /** Who reads the flags; each gets a token of its own, so that one can be withdrawn. */
  readonly readers: readonly string[];
}

/** Feature flags in an edge config: read at the edge within a millisecond, and changed without a deployment. */
export class VercelFlags extends pulumi.ComponentResource {
  readonly edgeConfigId: pulumi.Output<string>;
  /** Connection strings by reader; secret. */
  readonly connectionStrings: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: VercelFlagsArgs, opts?: pulumi.ComponentResourceOptions) {
    demand(
      /^[A-Za-z0-9_-]{1,32}$/.test(args.storeName),
      `${name}.storeName`,
      `"${args.storeName}" is no name of an edge config`,
      "Use 1 to 32 letters, digits, hyphens or underscores.",
    );
    super("thorbis:vercel:VercelFlags", name, {}, opts);
    const child = { parent: this };
    const store = new vercel.EdgeConfig(`${name}-store`, { name: args.storeName }, child);
    for (const [flag, setting] of Object.entries(args.flags)) {
      new vercel.EdgeConfigItem(
        `${name}-${flag}`,
        { edgeConfigId: store.id, key: flag, value: JSON.stringify(setting) },
        // A value can't be changed in place, and two items of one key are refused.
        { ...child, deleteBeforeReplace: true },
      );
    }
    this.edgeConfigId = store.id;
    this.connectionStrings = Object.fromEntries(
      args.readers.map((reader) => [reader, declareToken(`${name}-token-${reader}`, store.id, reader, child)]),
    );
    this.registerOutputs({ edgeConfigId: this.edgeConfigId });
  }
}

function declareToken(
  name: string,
  edgeConfigId: pulumi.Input<string>,
  reader: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const token = new vercel.EdgeConfigToken(name, { edgeConfigId, label: reader }, opts);
  return pulumi.secret(token.connectionString);
}

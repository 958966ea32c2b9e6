import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { demand } from "./invalid-argument.ts";

export interface VercelLogDrainArgs {
  /** Where logs are sent: an https URL. */
  readonly endpoint: string;
  /** Signs every delivery; 32 characters or more. Kept secret. */
  readonly secret: pulumi.Input<string>;
  /** Further headers, for example an intake's key; five at most. Kept secret. @default none */
  readonly headers?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The projects whose logs are sent. Never none: that would mean every project of the team. */
  readonly projectIds: readonly pulumi.Input<string>[];
  /** Whether previews' logs are sent too. @default false */
  readonly previews?: boolean;
}

/** Everything that a log of Vercel's can come from. */
const sources = ["static", "edge", "external", "build", "lambda", "firewall", "redirect"];

/** Sends the apps' logs to a collector. */
export class VercelLogDrain extends pulumi.ComponentResource {
  constructor(name: string, args: VercelLogDrainArgs, opts?: pulumi.ComponentResourceOptions) {
    const { endpoint, headers = {}, projectIds } = args;
    demand(
      endpoint.startsWith("https://") && URL.canParse(endpoint),
      `${name}.endpoint`,
      `"${endpoint}" is no https URL`,
      "Write the collector's address: logs hold personal data.",
    );
    demand(projectIds.length > 0, `${name}.projectIds`, "names no project", "Name the projects whose logs are sent.");
    demand(
      Object.keys(headers).length <= 5,
      `${name}.headers`,
      "holds more than five",
      "Send what is left in the URL.",
    );
    super("thorbis:vercel:VercelLogDrain", name, {}, opts);
    new vercel.LogDrain(
      `${name}-drain`,
      {
        name,
        endpoint,
        deliveryFormat: "ndjson",
        environments: ["production", ...(args.previews ? ["preview"] : [])],
        sources,
        samplingRate: 1,
        projectIds: [...projectIds],
        secret: pulumi.secret(args.secret),
        ...(Object.keys(headers).length > 0 ? { headers: pulumi.secret(headers) } : {}),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

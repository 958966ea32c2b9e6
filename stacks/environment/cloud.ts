import { z } from "zod";
import { awsAccount, awsRegion, distinct, field } from "./fields.ts";

export const aws = z.strictObject({
  accountId: field(awsAccount(), "the only account that this environment may touch", "111122223333"),
  region: field(awsRegion(), "where everything runs", "us-east-1"),
  replicaRegion: field(awsRegion(), "where copies of backups are kept", "us-west-2"),
  network: z.strictObject({
    cidr: field(
      z
        .string()
        .regex(/^10\.(?:25[0-5]|2[0-4]\d|1?\d?\d)\.0\.0\/16$/, "is no private /16 network such as 10.20.0.0/16"),
      "the private network's address range",
      "10.20.0.0/16",
    ),
    availabilityZones: field(
      distinct(z.string().regex(/^[a-z]{2}-[a-z]+-[1-4][a-f]$/, "is no availability zone")),
      "the zones with a private subnet each",
      ["us-east-1a", "us-east-1b"],
    ),
    natGateways: field(
      z.enum(["none", "one", "one-per-zone"]),
      "ways out to the internet: one falls with its zone, one a zone survives it",
      "one-per-zone",
    ),
  }),
});

export const access = z.strictObject({
  repository: field(
    z.string().regex(/^[\w.-]+\/[\w.-]+$/, "is no repository such as owner/name"),
    "the repository whose workflows may deploy",
    "thorbis/infrastructure",
  ),
  branch: field(
    z.string().regex(/^[\w./-]{1,100}$/, "is no branch name"),
    "the branch whose workflows may deploy",
    "main",
  ),
});

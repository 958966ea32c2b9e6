import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vercel from "@pulumi/vercel";
import type { Environment } from "./environment.ts";

/**
 * One explicit provider a package. The defaults are switched off in the stack files: an explicit provider ignores
 * `aws:*` configuration and has deployed to the wrong account before, so the account is asserted here.
 * Credentials come from the process's environment (OIDC in CI) and never enter the state.
 */
export function declareProviders({ aws: cloud, vercel: edge }: Environment): pulumi.ProviderResource[] {
  return [
    new aws.Provider("aws", { region: cloud.region, allowedAccountIds: [cloud.accountId] }),
    new vercel.Provider("vercel", { team: edge.team }),
    new random.Provider("random"),
  ];
}

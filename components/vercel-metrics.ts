import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import { policyDocument } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import { statedArn } from "./stated-arn.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface VercelMetricsArgs {
  readonly accountId: string;
  /** The team's name in Vercel's addresses; its tokens are issued under it. */
  readonly teamSlug: string;
  /** The projects whose functions may report. */
  readonly projectNames: readonly string[];
  /** Of which of their deployments. */
  readonly environments: readonly ("production" | "preview")[];
  /** The only namespace that they may write to. */
  readonly namespace: string;
  readonly ownership: Ownership;
}

/**
 * Lets functions on Vercel report metrics to CloudWatch without any stored credential: each invocation carries a token
 * that says whose it is. Without this the alarms on error rate, response time and memory would have nothing to watch.
 */
export class VercelMetrics extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: VercelMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:security:VercelMetrics", name, {}, opts);
    const { accountId, environments, namespace, projectNames, teamSlug } = args;
    const child = { parent: this };
    const tags = tagsFor("VercelMetrics", args.ownership);
    const issuer = `oidc.vercel.com/${teamSlug}`;
    const audience = `https://vercel.com/${teamSlug}`;
    const provider = new iam.OpenIdConnectProvider(
      `${name}-identity`,
      { url: `https://${issuer}`, clientIdLists: [audience], tags },
      child,
    );
    const subjects = projectNames.flatMap((project) =>
      environments.map((environment) => `owner:${teamSlug}:project:${project}:environment:${environment}`),
    );
    this.roleArn = new ServiceRole(
      `${name}-reporter`,
      {
        description: "Functions on Vercel report metrics",
        tags,
        trust: {
          policy: policyDocument([
            {
              Sid: "TrustFunctions",
              Effect: "Allow",
              Principal: {
                Federated: statedArn(provider, `arn:aws:iam::${accountId}:oidc-provider/${issuer}`),
              },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: { StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subjects } },
            },
          ]),
        },
        statements: [
          {
            Sid: "ReportMetrics",
            Effect: "Allow",
            Action: "cloudwatch:PutMetricData",
            Resource: "*",
            Condition: { StringEquals: { "cloudwatch:namespace": namespace } },
          },
        ],
      },
      child,
    ).arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function validate(name: string, { environments, projectNames, teamSlug }: VercelMetricsArgs): void {
  for (const [key, values] of Object.entries({ teamSlug: [teamSlug], projectNames })) {
    for (const value of values) {
      demand(
        // A star would let every project in, a colon would let the claim be forged.
        /^[a-z0-9][a-z0-9._-]*$/.test(value),
        `${name}.${key}`,
        `"${value}" could match more than it names`,
        "Use lower-case letters, digits, dots, hyphens and underscores.",
      );
    }
  }
  demand(projectNames.length > 0, `${name}.projectNames`, "nobody would report", "Name a project.");
  demand(environments.length > 0, `${name}.environments`, "nobody would report", "Name an environment.");
}

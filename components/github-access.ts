import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { policyDocument, type Statement } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import { statedArn } from "./stated-arn.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface GithubAccessArgs {
  readonly accountId: string;
  /** For example `thorbis/infrastructure`. */
  readonly repository: string;
  /** The GitHub environment whose reviewers let a deployment through. */
  readonly githubEnvironment: string;
  /** The only branch that deploys. */
  readonly branch: string;
  /** The bucket with Pulumi's state: previews read it, deployments write it. */
  readonly stateBucketName: string;
  readonly ownership: Ownership;
  /** GitHub's identity provider is one for an account: create it once, or adopt the one that is there. */
  readonly identityProvider: "create" | { readonly arn: pulumi.Input<string> };
  /**
   * Whether a provider that is created refuses its deletion: every workflow of the account loses its way in with it.
   *
   * @default `protected`
   */
  readonly dataProtection?: DataProtection;
  /** @default 1 hour */
  readonly maxSessionSeconds?: number;
}

/**
 * Two roles for GitHub Actions, without any stored credential: `<name>-preview` looks and reads no data, from pull
 * requests; `<name>-deploy` changes things, from one environment and one branch. The branch is part of the subject
 * claim only because the repository asks GitHub for it:
 * `gh api -X PUT repos/OWNER/NAME/actions/oidc/customization/sub -F use_default=false -f 'include_claim_keys[]=repo'
 * -f 'include_claim_keys[]=context' -f 'include_claim_keys[]=ref'`.
 */
export class GithubAccess extends pulumi.ComponentResource {
  readonly previewRoleArn: pulumi.Output<string>;
  readonly deployRoleArn: pulumi.Output<string>;

  constructor(name: string, args: GithubAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:security:GithubAccess", name, {}, opts);
    const { accountId, branch, githubEnvironment, identityProvider, repository, stateBucketName } = args;
    const child = { parent: this };
    const tags = tagsFor("GithubAccess", args.ownership);
    const providerArn =
      identityProvider === "create"
        ? statedArn(
            new iam.OpenIdConnectProvider(
              `${name}-identity`,
              { url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"], tags },
              { parent: this, protect: (args.dataProtection ?? "protected") === "protected" },
            ),
            `arn:aws:iam::${accountId}:oidc-provider/${issuer}`,
          )
        : identityProvider.arn;
    const state = `arn:aws:s3:::${stateBucketName}`;
    this.previewRoleArn = new ServiceRole(
      `${name}-preview`,
      {
        description: `Previews pull requests of ${repository}`,
        tags,
        trust: { policy: trust(providerArn, `repo:${repository}:pull_request:ref:refs/pull/*`) },
        managedPolicyArns: [
          "arn:aws:iam::aws:policy/SecurityAudit",
          "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        ],
        statements: looking(state),
      },
      child,
    ).arn;
    this.deployRoleArn = new ServiceRole(
      `${name}-deploy`,
      {
        description: `Deploys ${branch} of ${repository} to ${githubEnvironment}`,
        tags,
        trust: {
          policy: trust(providerArn, `repo:${repository}:environment:${githubEnvironment}:ref:refs/heads/${branch}`),
        },
        managedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"],
        statements: deploying(accountId, name),
      },
      child,
    ).arn;
    this.registerOutputs({ previewRoleArn: this.previewRoleArn, deployRoleArn: this.deployRoleArn });
  }
}

const issuer = "token.actions.githubusercontent.com";

function validate(name: string, { branch, githubEnvironment, repository }: GithubAccessArgs): void {
  demand(
    /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(repository),
    `${name}.repository`,
    `"${repository}" is no repository`,
    "Write it like owner/name.",
  );
  for (const [key, value] of Object.entries({ branch, githubEnvironment })) {
    demand(
      // A star would let every branch in, a colon would let the claim be forged.
      /^[A-Za-z0-9._/-]+$/.test(value),
      `${name}.${key}`,
      `"${value}" could match more than it names`,
      "Use letters, digits, dots, slashes, hyphens and underscores.",
    );
  }
}

function trust(providerArn: pulumi.Input<string>, subject: string): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "TrustWorkflow",
      Effect: "Allow",
      Principal: { Federated: providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${issuer}:sub`]: subject },
      },
    },
  ]);
}

function looking(stateBucketArn: string): readonly Statement[] {
  return [
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [stateBucketArn, `${stateBucketArn}/*`],
    },
    {
      Sid: "ReadNoData",
      Effect: "Deny",
      Action: [
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter*",
        "kms:Decrypt",
        "dynamodb:GetItem",
        "dynamodb:Scan",
      ],
      Resource: "*",
    },
  ];
}

/** PowerUserAccess leaves IAM out: what services need of it, and nothing that would widen the role itself. */
function deploying(accountId: string, name: string): readonly Statement[] {
  const roles = `arn:aws:iam::${accountId}:role`;
  return [
    {
      Sid: "ManageRoles",
      Effect: "Allow",
      Action: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:CreateServiceLinkedRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      Resource: `${roles}/*`,
    },
    {
      Sid: "ReadIdentityProviders",
      Effect: "Allow",
      Action: ["iam:GetOpenIDConnectProvider", "iam:ListOpenIDConnectProviders"],
      Resource: "*",
    },
    {
      Sid: "NeverItself",
      Effect: "Deny",
      Action: ["iam:AttachRolePolicy", "iam:DeleteRole*", "iam:DetachRolePolicy", "iam:PutRolePolicy", "iam:Update*"],
      Resource: [`${roles}/${name}-preview`, `${roles}/${name}-deploy`],
    },
  ];
}

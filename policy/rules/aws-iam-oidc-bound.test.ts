import { describeRule, resource } from "../testing.ts";
import { awsIamOidcBound } from "./aws-iam-oidc-bound.ts";

const issuer = "token.actions.githubusercontent.com";
const trust = (condition: object) =>
  JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:oidc" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: condition,
      },
    ],
  });
const aud = { [`${issuer}:aud`]: "sts.amazonaws.com" };
const sub = (subject: string) => ({ [`${issuer}:sub`]: subject });
const with_ = (condition: object) => ({ set: { assumeRolePolicy: trust(condition) } });

describeRule(awsIamOidcBound, {
  compliant: resource("aws:iam/role:Role", "deploy", {
    assumeRolePolicy: trust({ StringEquals: { ...aud, ...sub("repo:shop/infrastructure:environment:production") } }),
  }),
  mutations: {
    "leaves other roles alone": {
      set: {
        assumeRolePolicy: {
          Statement: { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
        },
      },
      says: [],
    },
    "accepts a branch": {
      ...with_({ StringEquals: { ...aud, ...sub("repo:shop/infrastructure:ref:refs/heads/main") } }),
      says: [],
    },
    "refuses any subject": {
      ...with_({ StringEquals: aud }),
      says: "statement 1 takes any subject (no condition on sub)",
    },
    "refuses every repository of an owner": {
      ...with_({ StringEquals: aud, StringLike: sub("repo:shop/*:environment:production") }),
      says: "statement 1 takes the subject repo:shop/*:environment:production, which is not one repository and environment",
    },
    "refuses every environment of a repository": {
      ...with_({ StringEquals: aud, StringLike: sub("repo:shop/infrastructure:*") }),
      says: "statement 1 takes the subject repo:shop/infrastructure:*, which is not one repository and environment",
    },
    "refuses a negated subject": {
      ...with_({ StringEquals: aud, StringNotEquals: sub("repo:shop/infrastructure:environment:staging") }),
      says: "statement 1 takes any subject (no condition on sub)",
    },
    "refuses any audience": {
      ...with_({ StringEquals: sub("repo:shop/infrastructure:environment:production") }),
      says: "statement 1 takes any audience (no condition on aud)",
    },
    "says nothing of a missing document, which another rule refuses": {
      set: { assumeRolePolicy: undefined },
      says: [],
    },
  },
  unknown: ["assumeRolePolicy"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { bucket, part } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3TlsOnly } from "./aws-s3-tls-only.ts";

const deny = {
  Sid: "Tls",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const policy = (...statements: object[]) => ({ on: "policy", set: { policy: document(...statements) } });
const open = "has a policy whose statement";

describeRule(awsS3TlsOnly, {
  compliant: [bucket, part("bucketPolicy:BucketPolicy", "policy", { policy: document(deny) })],
  mutations: {
    "accepts a document that was not serialised": { on: "policy", set: { policy: { Statement: [deny] } }, says: [] },
    "refuses a bucket without policy": {
      on: "policy",
      without: true,
      says: "has no policy, so it answers without TLS",
    },
    "refuses what is no document": {
      on: "policy",
      set: { policy: "deny all" },
      says: "has a policy that is no JSON document",
    },
    "refuses a policy that says nothing of TLS": {
      ...policy(),
      says: "has a policy that does not deny requests without TLS",
    },
    "refuses a denial with a second condition": {
      ...policy({ ...deny, Condition: { ...deny.Condition, StringEquals: { "aws:PrincipalTag/a": "b" } } }),
      says: "has a policy that does not deny requests without TLS",
    },
    "refuses a denial of some actions only": {
      ...policy({ ...deny, Action: ["s3:GetObject"] }),
      says: "has a policy that does not deny requests without TLS",
    },
    "refuses everybody": {
      ...policy(deny, { Sid: "All", Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:GetObject" }),
      says: `${open} All allows everybody`,
    },
    "refuses everybody by a negated condition": {
      ...policy(deny, {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringNotEquals: { "aws:SourceAccount": "1" } },
      }),
      says: `${open} 2 allows everybody except what a condition excludes (stringnotequals aws:sourceaccount)`,
    },
    "refuses everybody when a condition may be missing": {
      ...policy(deny, {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": "1" } },
      }),
      says: `${open} 2 allows everybody except what a condition excludes (stringequalsifexists aws:sourceaccount)`,
    },
    "refuses everybody but the named": {
      ...policy(deny, { Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::1:root" }, Action: "s3:GetObject" }),
      says: `${open} 2 allows everybody but the named ones (NotPrincipal)`,
    },
    "accepts everybody of our account": {
      ...policy(deny, {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:PrincipalAccount": "1" } },
      }),
      says: [],
    },
  },
  unknown: ["policy:policy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

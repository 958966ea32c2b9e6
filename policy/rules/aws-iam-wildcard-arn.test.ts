import { describeRule, resource } from "../testing.ts";
import { awsIamWildcardArn } from "./aws-iam-wildcard-arn.ts";

const on = (arn: string) => ({
  set: { policy: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: arn } } },
});

describeRule(awsIamWildcardArn, {
  compliant: resource("aws:iam/rolePolicy:RolePolicy", "reader", {
    policy: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/exports/*" } },
  }),
  mutations: {
    "accepts a log group with its streams": { ...on("arn:aws:logs:us-east-1:1:log-group:/shop:*"), says: [] },
    "accepts a wildcard among the objects of a named bucket": {
      ...on("arn:aws:s3:::shop/*/exports/*"),
      says: [],
    },
    "accepts a wildcard below a bucket of ours": { ...on("arn:aws:s3:::shop/*/sets/*/manifest.json"), says: [] },
    "refuses a wildcard in the middle": {
      ...on("arn:aws:s3:::shop-*-exports/*"),
      says: "statement 1 names arn:aws:s3:::shop-*-exports/*: the wildcard in its middle also matches what others create",
    },
    "refuses any account": {
      ...on("arn:aws:sqs:us-east-1:*:shop"),
      says: "statement 1 names arn:aws:sqs:us-east-1:*:shop: its account is a wildcard",
    },
    "refuses any region": {
      ...on("arn:aws:sqs:*:1:shop"),
      says: "statement 1 names arn:aws:sqs:*:1:shop: its region is a wildcard",
    },
    "leaves a denial alone": {
      set: { policy: { Statement: { Effect: "Deny", Action: "*", Resource: "arn:aws:sqs:*:*:*" } } },
      says: [],
    },
    "says nothing of a missing policy, which the provider refuses": { set: { policy: undefined }, says: [] },
  },
  unknown: ["policy"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

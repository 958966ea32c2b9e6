import { describeRule, resource } from "../testing.ts";
import { awsIamRoleTrust } from "./aws-iam-role-trust.ts";

const trust = (principal: unknown, more: object = {}) => ({
  set: {
    assumeRolePolicy: { Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more } },
  },
});

describeRule(awsIamRoleTrust, {
  compliant: resource("aws:iam/role:Role", "task", {
    assumeRolePolicy: {
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  }),
  mutations: {
    "refuses everybody": { ...trust({ AWS: "*" }), says: "statement 1 allows everybody" },
    "refuses every account's root": { ...trust({ AWS: "arn:aws:iam::*:root" }), says: "statement 1 allows everybody" },
    "refuses everybody in a list": {
      ...trust({ AWS: ["arn:aws:iam::1:root", "*"] }),
      says: "statement 1 allows everybody",
    },
    "accepts everybody of one organisation": {
      ...trust("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
      says: [],
    },
    "refuses a condition that matches everything": {
      ...trust("*", { Condition: { StringLike: { "aws:PrincipalArn": "*" } } }),
      says: "statement 1 allows everybody",
    },
    "refuses a missing document": {
      set: { assumeRolePolicy: undefined },
      says: "assumeRolePolicy is no JSON document",
    },
  },
  unknown: ["assumeRolePolicy"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { describeRule, resource } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { awsIamStarOnStar } from "./aws-iam-star-on-star.ts";

const policy = (statement: object) => ({ set: { policy: JSON.stringify({ Statement: statement }) } });

describeRule(awsIamStarOnStar, {
  compliant: resource("aws:iam/policy:Policy", "reader", {
    policy: JSON.stringify({
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" }],
    }),
  }),
  mutations: {
    "accepts a denial of everything": { ...policy({ Effect: "Deny", Action: "*", Resource: "*" }), says: [] },
    "accepts a service's action that knows no resource": {
      ...policy({ Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" }),
      says: [],
    },
    "refuses everything on everything": {
      ...policy({ Effect: "Allow", Action: "*", Resource: "*" }),
      says: "statement 1 allows * on every resource",
    },
    "refuses it in other spellings": {
      ...policy({ Sid: "A", Effect: "allow", Action: ["*:*"], Resource: ["**"] }),
      says: "statement A allows *:* on every resource",
    },
    "refuses a whole service": {
      ...policy({ Effect: "Allow", Action: "S3:*", Resource: "*" }),
      says: "statement 1 allows s3:* on every resource",
    },
    "refuses a whole service behind an ARN": {
      ...policy({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::*" }),
      says: "statement 1 allows s3:* on every resource",
    },
    "refuses all but a few actions": {
      ...policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
      says: "statement 1 allows all actions but a few on every resource",
    },
    "refuses all but a few resources": {
      ...policy({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::x" }),
      says: "statement 1 allows * on everything but a few resources",
    },
    "refuses to hand out every role": {
      ...policy({ Effect: "Allow", Action: "iam:PassRole", Resource: "*" }),
      says: "statement 1 allows iam:PassRole on every resource, which hands out every role",
    },
    "refuses no document at all": { set: { policy: undefined }, says: "the policy is no JSON document" },
    "refuses what is no document": { set: { policy: "everything" }, says: "the policy is no JSON document" },
    "refuses an inline policy of a role": {
      add: [
        resource("aws:iam/role:Role", "role", {
          inlinePolicies: [{ policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } }) }],
        }),
      ],
      says: "statement 1 allows * on every resource",
    },
    "refuses the administrator's managed policy": {
      add: [
        resource("aws:iam/role:Role", "role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
      ],
      says: "managedPolicyArns holds AdministratorAccess",
    },
    "refuses to attach it": {
      add: [
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "admin", {
          policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
      ],
      says: "attaches AdministratorAccess",
    },
    "accepts to attach a policy that is not known yet and is judged itself": {
      add: [resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "own", { policyArn: UNKNOWN })],
      says: [],
    },
    "refuses a group's policy": {
      add: [
        resource("aws:iam/groupPolicy:GroupPolicy", "group", {
          policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } }),
        }),
      ],
      says: "statement 1 allows * on every resource",
    },
  },
  unknown: ["policy"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

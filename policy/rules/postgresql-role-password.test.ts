import { describeRule, resource } from "../testing.ts";
import { postgresqlRolePassword } from "./postgresql-role-password.ts";

describeRule(postgresqlRolePassword, {
  compliant: resource(
    "postgresql:index/role:Role",
    "app",
    { login: true, password: "x" },
    { secrets: new Set(["password"]) },
  ),
  mutations: {
    "leaves roles alone that cannot log in": {
      set: { login: false, password: undefined },
      extra: { secrets: new Set() },
      says: [],
    },
    "accepts a role that logs in by IAM": {
      set: { password: undefined, roles: ["rds_iam"] },
      extra: { secrets: new Set() },
      says: [],
    },
    "refuses a role without password": {
      set: { password: undefined },
      extra: { secrets: new Set() },
      says: "may log in and has no password",
    },
    "refuses a password in plain text": { extra: { secrets: new Set() }, says: "password is not a secret" },
    "is undecided when the engine did not tell what is secret": {
      extra: { secrets: undefined } as object,
      says: "unknown: password.secrecy is not known before the apply, so this rule is judged again after it",
    },
  },
  unknown: ["login"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

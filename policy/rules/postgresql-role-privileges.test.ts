import { describeRule, resource } from "../testing.ts";
import { postgresqlRolePrivileges } from "./postgresql-role-privileges.ts";

describeRule(postgresqlRolePrivileges, {
  compliant: resource("postgresql:index/role:Role", "app", { name: "app", login: true }),
  mutations: {
    "accepts the defaults": { set: { login: undefined, superuser: undefined }, says: [] },
    "refuses a superuser": { set: { superuser: true }, says: "superuser is true" },
    "refuses a role that passes row level security": {
      set: { bypassRowLevelSecurity: true },
      says: "bypassRowLevelSecurity is true",
    },
    "accepts a named administrator that makes roles": {
      set: { createRole: true },
      settings: { administratorPattern: "^app$" },
      says: [],
    },
    "refuses a named administrator that is a superuser": {
      set: { superuser: true },
      settings: { administratorPattern: "^app$" },
      says: "superuser is true",
    },
  },
  unknown: ["superuser"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

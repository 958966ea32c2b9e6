import { describeRule, resource } from "../testing.ts";
import { postgresqlRoleMembership } from "./postgresql-role-membership.ts";

const app = resource("postgresql:index/role:Role", "app", { name: "app", login: true });

describeRule(postgresqlRoleMembership, {
  compliant: [
    app,
    resource("postgresql:index/role:Role", "migrator", { name: "migrator", roles: ["owner"] }),
    resource("postgresql:index/grantRole:GrantRole", "member", { role: "app", grantRole: "readers" }),
  ],
  mutations: {
    "accepts a membership of a role that the program does not declare": {
      on: "member",
      set: { role: "rds_master" },
      says: [],
    },
    "accepts a role without roles of its own": { on: "app", set: { roles: undefined }, says: [] },
    "refuses both mechanisms": {
      on: "app",
      set: { roles: ["writers"] },
      says: "grants readers to app, whose own roles are set as well",
    },
    "refuses them when the role is referred to and its name is not known yet": {
      on: "app",
      set: { roles: ["writers"] },
      add: [
        resource("postgresql:index/grantRole:GrantRole", "other", { grantRole: "owner" }, { refers: { role: app } }),
      ],
      says: [
        "grants readers to app, whose own roles are set as well",
        "grants owner to app, whose own roles are set as well",
      ],
    },
  },
  unknown: ["member:role"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

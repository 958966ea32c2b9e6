import { describeRule, resource } from "../testing.ts";
import { postgresqlRoleConnectionLimit } from "./postgresql-role-connection-limit.ts";

describeRule(postgresqlRoleConnectionLimit, {
  compliant: resource("postgresql:index/role:Role", "app", { name: "app", login: true, connectionLimit: 50 }),
  settings: { poolSize: 50 },
  mutations: {
    "leaves roles alone that cannot log in": { set: { login: false, connectionLimit: undefined }, says: [] },
    "refuses a role without limit": {
      set: { connectionLimit: undefined },
      says: "may log in and has no connectionLimit",
    },
    "refuses no limit in the provider's words": {
      set: { connectionLimit: -1 },
      says: "may log in and has no connectionLimit",
    },
    "refuses a limit below the pool": {
      set: { connectionLimit: 20 },
      says: "connectionLimit is 20, less than the pool of 50",
    },
    "accepts a small limit of a role without pool": {
      set: { connectionLimit: 2 },
      settings: { poolSize: 50, exempt: "^app$" },
      says: [],
    },
  },
  unknown: ["connectionLimit"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

import { describeRule, resource } from "../testing.ts";
import { postgresqlGrantComplete } from "./postgresql-grant-complete.ts";

describeRule(postgresqlGrantComplete, {
  compliant: [
    resource("postgresql:index/grant:Grant", "tables", {
      database: "shop",
      objectType: "table",
      privileges: ["SELECT", "INSERT"],
      role: "app",
      schema: "public",
    }),
    resource("postgresql:index/defaultPrivileges:DefaultPrivileges", "later", {
      database: "shop",
      objectType: "table",
      owner: "owner",
      privileges: ["SELECT"],
      role: "app",
    }),
  ],
  mutations: {
    "accepts a revocation of everything": { set: { privileges: [] }, says: [] },
    "accepts a grant on the database without schema": {
      set: { objectType: "database", schema: undefined, privileges: ["CONNECT", "TEMPORARY"] },
      says: [],
    },
    "refuses a table's grant without schema": {
      set: { schema: undefined },
      says: "schema is not set for objectType table",
    },
    "refuses lower case": { set: { "privileges.0": "select" }, says: "privileges holds select, which is none" },
    "refuses a privilege that does not exist": {
      on: "later",
      set: { "privileges.0": "READ" },
      says: "privileges holds READ, which is none",
    },
  },
  unknown: ["privileges", "objectType"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { describeRule, resource } from "../testing.ts";
import { postgresqlConnectionsTotal } from "./postgresql-connections-total.ts";

const role = (name: string, connectionLimit: number, login = true) =>
  resource("postgresql:index/role:Role", name, { name, login, connectionLimit });
const instance = (name: string, more: object = {}) =>
  resource("aws:rds/clusterInstance:ClusterInstance", name, {
    clusterIdentifier: "shop",
    engine: "aurora-postgresql",
    instanceClass: "db.r7g.large",
    ...more,
  });

describeRule(postgresqlConnectionsTotal, {
  compliant: [role("web", 900), role("worker", 700), role("owner", 5000, false), instance("one"), instance("two")],
  mutations: {
    "refuses limits that the instance's class cannot hold": {
      set: { connectionLimit: 1000 },
      says: "the roles may open 1700 connections together, db.r7g.large accepts 1678, of which 10 are reserved",
    },
    "leaves a role without limit to the rule on limits": { set: { connectionLimit: undefined }, says: [] },
    "does not count roles that use replicas only": {
      set: { connectionLimit: 1000 },
      settings: { elsewhere: "^worker$" },
      says: [],
    },
    "reads max_connections from the parameter group": {
      add: [
        resource("aws:rds/clusterParameterGroup:ClusterParameterGroup", "parameters", {
          parameters: [{ name: "max_connections", value: "500" }],
        }),
      ],
      says: "the roles may open 1600 connections together, db.r7g.large accepts 500, of which 10 are reserved",
    },
    "holds to what is configured": {
      settings: { maximum: 200 },
      says: "the roles may open 1600 connections together, the server accepts 200, of which 10 are reserved",
    },
    "knows a small class": {
      on: "one",
      without: true,
      add: [role("reports", 1000)],
      says: "the roles may open 2600 connections together, db.r7g.large accepts 1678, of which 10 are reserved",
    },
    "says nothing of a class that it does not know": {
      add: [role("reports", 1000), instance("three", { instanceClass: "db.serverless" })],
      says: [],
    },
    "says nothing of two servers": {
      add: [role("reports", 1000), instance("other", { clusterIdentifier: "other" })],
      says: [],
    },
  },
  unknown: ["web:connectionLimit"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

import { describeRule, resource } from "../testing.ts";
import { postgresqlGrantsChained } from "./postgresql-grants-chained.ts";

const grant = (name: string, database: string, ...after: string[]) =>
  resource(
    "postgresql:index/grant:Grant",
    name,
    { database, objectType: "database", privileges: ["CONNECT"], role: "app" },
    { dependencies: after.map((other) => `urn:pulumi:production::shop::postgresql:index/grant:Grant::${other}`) },
  );
const says = "does not wait for first, a grant on the same database";

describeRule(postgresqlGrantsChained, {
  compliant: [
    grant("first", "shop"),
    grant("elsewhere", "reports"),
    grant("second", "shop", "first"),
    grant("third", "shop", "second"),
  ],
  mutations: {
    "tells of two that may run at once": { on: "second", extra: { dependencies: [] }, missing: true, says },
    "tells of two that wait for the same third": {
      on: "second",
      without: true,
      add: [grant("fourth", "shop", "first")],
      says: [
        "does not wait for first, a grant on the same database",
        "does not wait for third, a grant on the same database",
      ],
    },
    "tells of one that waits for another database only": {
      on: "second",
      extra: { dependencies: ["urn:pulumi:production::shop::postgresql:index/grant:Grant::elsewhere"] },
      says,
    },
    "accepts a chain by way of another database": { on: "second", set: { database: "archive" }, says: [] },
  },
  unknown: ["second:database"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

import { describeRule, resource } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { SHARED_VARIABLE, VARIABLE } from "../vercel.ts";
import { vercelVariableSensitive } from "./vercel-variable-sensitive.ts";

describeRule(vercelVariableSensitive, {
  compliant: resource(VARIABLE, "token", { key: "API_TOKEN", value: "x", sensitive: true }),
  mutations: {
    "leaves another resource's id alone that is not known yet": {
      set: { key: "METRICS_ROLE_ARN", value: UNKNOWN, sensitive: false },
      says: [],
    },
    "accepts an ordinary variable": { set: { key: "LOG_LEVEL", value: "info", sensitive: false }, says: [] },
    "refuses a secret name": {
      set: { sensitive: false },
      says: "API_TOKEN is named like a secret and is not sensitive",
    },
    "refuses a switch that is missing": {
      set: { sensitive: undefined },
      says: "API_TOKEN is named like a secret and is not sensitive",
    },
    "refuses a secret under an innocent name": {
      set: { key: "DATABASE_URL", value: `postgres://a:${"b1c2d3e4"}@db/x`, sensitive: false },
      says: "DATABASE_URL holds a password in an address and is not sensitive",
    },
    "judges variables of the team": {
      add: [resource(SHARED_VARIABLE, "shared", { key: "SHARED_SECRET", sensitive: false })],
      says: "SHARED_SECRET is named like a secret and is not sensitive",
    },
    "accepts a name that is listed as plain": {
      set: { sensitive: false },
      settings: { plain: ["API_TOKEN"] },
      says: [],
    },
  },
  unknown: ["sensitive"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

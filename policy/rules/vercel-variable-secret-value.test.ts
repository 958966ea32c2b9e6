import { describeRule, resource } from "../testing.ts";
import { VARIABLE, VARIABLES } from "../vercel.ts";
import { vercelVariableSecretValue } from "./vercel-variable-secret-value.ts";

describeRule(vercelVariableSecretValue, {
  compliant: resource(
    VARIABLE,
    "token",
    { key: "API_TOKEN", value: "x", sensitive: true },
    { secrets: new Set(["value"]) },
  ),
  mutations: {
    "refuses a value in plain text": {
      extra: { secrets: new Set() },
      says: "value of API_TOKEN is sensitive and not a secret",
    },
    "refuses bulk values, which the SDK does not mark": {
      add: [resource(VARIABLES, "all", { variables: [{ key: "A_TOKEN", value: "x", sensitive: true }] })],
      says: "variables[0].value of A_TOKEN is sensitive and not a secret",
    },
    "accepts bulk values that are secret as a whole": {
      add: [
        resource(
          VARIABLES,
          "all",
          { variables: [{ key: "A_TOKEN", value: "x", sensitive: true }] },
          { secrets: new Set(["variables"]) },
        ),
      ],
      says: [],
    },
    "leaves ordinary variables alone": { set: { sensitive: undefined }, extra: { secrets: new Set() }, says: [] },
  },
  unknown: ["sensitive"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

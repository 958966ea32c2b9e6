import { describeRule, resource } from "../testing.ts";
import { VARIABLE } from "../vercel.ts";
import { vercelVariableDevelopmentTarget } from "./vercel-variable-development-target.ts";

describeRule(vercelVariableDevelopmentTarget, {
  compliant: resource(VARIABLE, "token", { key: "API_TOKEN", sensitive: true, targets: ["production", "preview"] }),
  mutations: {
    "accepts an ordinary variable on laptops": {
      set: { key: "LOG_LEVEL", sensitive: false, targets: ["development"] },
      says: [],
    },
    "accepts a variable without targets": { set: { targets: undefined }, says: [] },
    "refuses a secret on laptops": {
      set: { targets: ["production", "development"] },
      says: "API_TOKEN is secret and has the target development",
    },
    "refuses a secret by its name": {
      set: { sensitive: false, targets: ["development"] },
      says: "API_TOKEN is secret and has the target development",
    },
  },
  unknown: ["targets"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

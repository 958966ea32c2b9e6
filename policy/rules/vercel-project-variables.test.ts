import { describeRule, resource } from "../testing.ts";
import { vercelProjectVariables } from "./vercel-project-variables.ts";

describeRule(vercelProjectVariables, {
  compliant: resource("vercel:index/project:Project", "shop", { name: "shop" }),
  mutations: {
    "accepts none": { set: { environments: undefined }, says: [] },
    "accepts an empty list": { set: { environments: [] }, says: [] },
    "refuses variables on the project": {
      set: { environments: [{ key: "A" }, { key: "B" }] },
      says: "environments holds 2 variables",
    },
  },
  unknown: ["environments"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

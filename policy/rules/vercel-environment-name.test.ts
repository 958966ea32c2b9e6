import { describeRule, resource } from "../testing.ts";
import { vercelEnvironmentName } from "./vercel-environment-name.ts";

describeRule(vercelEnvironmentName, {
  compliant: resource("vercel:index/customEnvironment:CustomEnvironment", "qa", { name: "qa" }),
  mutations: {
    "refuses one of Vercel's own names, which the provider accepts": {
      set: { name: "Production" },
      says: "is named production, as one of Vercel's own",
    },
    "takes the resource's name when it has none": {
      set: { name: undefined },
      extra: { name: "preview" },
      says: "is named preview, as one of Vercel's own",
    },
  },
  unknown: ["name"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

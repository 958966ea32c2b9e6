import { describeRule, resource } from "../testing.ts";
import { pulumiProviderVersion } from "./pulumi-provider-version.ts";

describeRule(pulumiProviderVersion, {
  compliant: resource("pulumi:providers:vercel", "vercel", { version: "5.4.1" }),
  settings: { floors: { vercel: "5.4.1" } },
  mutations: {
    "knows no floors of its own": { set: { version: "1.0.0" }, settings: {}, says: [] },
    "accepts a newer one": { set: { version: "5.10.0" }, says: [] },
    "refuses an older one": { set: { version: "5.4.0" }, says: "is at vercel 5.4.0, 5.4.1 is the floor" },
    "refuses an older major version": { set: { version: "4.9.9" }, says: "is at vercel 4.9.9, 5.4.1 is the floor" },
    "says nothing of a provider without version, which the engine fills in": { set: { version: undefined }, says: [] },
    "knows no floor of other packages": {
      add: [resource("pulumi:providers:github", "github", { version: "1.0.0" })],
      says: [],
    },
  },
  unknown: ["version"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

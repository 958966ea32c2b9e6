import { describeRule, resource } from "../testing.ts";
import { VARIABLE } from "../vercel.ts";
import { vercelVariableReplacement } from "./vercel-variable-replacement.ts";

const options = { options: { protect: false, deleteBeforeReplace: true } };

describeRule(vercelVariableReplacement, {
  compliant: [
    resource(VARIABLE, "token", { key: "API_TOKEN" }, options),
    resource("vercel:index/projectDomain:ProjectDomain", "domain", { domain: "shop.test" }, options),
  ],
  mutations: {
    "refuses a missing option": {
      extra: { options: { protect: false } },
      missing: true,
      says: "deleteBeforeReplace is not set",
    },
    "refuses an option that is off": {
      on: "domain",
      extra: { options: { protect: false, deleteBeforeReplace: false } },
      says: "deleteBeforeReplace is not set",
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});

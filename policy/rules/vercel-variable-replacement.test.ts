import { describeRule, judge, resource } from "../testing.ts";
import { VARIABLE } from "../vercel.ts";
import { vercelVariableReplacement } from "./vercel-variable-replacement.ts";

const options = { options: { protect: false, deleteBeforeReplace: true } };

describeRule(vercelVariableReplacement, {
  compliant: [
    resource(VARIABLE, "token", { key: "API_TOKEN" }, options),
    resource("vercel:index/projectDomain:ProjectDomain", "domain", { domain: "shop.test" }, options),
  ],
  mutations: {
    "refuses a missing option": { extra: { options: { protect: false } }, says: "deleteBeforeReplace is not set" },
    "refuses an option that is off": {
      on: "domain",
      extra: { options: { protect: false, deleteBeforeReplace: false } },
      says: "deleteBeforeReplace is not set",
    },
  },
  unknown: [],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

test("no property decides it, so none can leave it undecided", () => {
  const unknown = resource(VARIABLE, "token", { key: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, options);
  expect(judge(vercelVariableReplacement, [unknown])).toEqual([]);
});

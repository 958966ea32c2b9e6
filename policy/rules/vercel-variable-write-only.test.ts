import { describeRule, resource } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { VARIABLE } from "../vercel.ts";
import { vercelVariableWriteOnly } from "./vercel-variable-write-only.ts";

const says = "valueWo is set: a change of it is not noticed";

describeRule(vercelVariableWriteOnly, {
  compliant: resource(VARIABLE, "token", { key: "API_TOKEN", value: "x" }),
  mutations: {
    "tells of a write-only value": { set: { value: undefined, valueWo: "x" }, says },
    "tells of one that is not known yet": { set: { value: undefined, valueWo: UNKNOWN }, says },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});

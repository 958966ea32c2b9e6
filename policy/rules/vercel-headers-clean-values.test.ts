import { route } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersCleanValues } from "./vercel-headers-clean-values.ts";

const header = (value: string, name = "X-Frame-Options") => ({ set: { "route.headers": { [name]: value } } });

describeRule(vercelHeadersCleanValues, {
  compliant: route("security", { route: { src: "^/(.*)$", headers: { "X-Frame-Options": "DENY" } } }),
  mutations: {
    "accepts a rule without headers": { set: { "route.headers": undefined }, says: [] },
    "refuses a line break": {
      ...header("DENY\nSet-Cookie: a=b"),
      says: "the value of X-Frame-Options contains a line break, which ends the header or splits the response",
    },
    "refuses other characters": {
      ...header("DÉNY"),
      says: "the value of X-Frame-Options contains a character that headers cannot carry",
    },
    "refuses a variable that was not filled in": {
      ...header("https://{{host}}"),
      says: "the value of X-Frame-Options contains a variable that was not filled in",
    },
    "refuses an output that was turned into a text": {
      ...header("frame-ancestors Calling [toString] on an [Output<T>] is not supported."),
      says: "the value of X-Frame-Options contains a variable that was not filled in",
    },
    "refuses an empty value": { ...header(" "), says: "the value of X-Frame-Options is empty" },
    "refuses a name that is none": { ...header("DENY", "X Frame"), says: '"X Frame" is no header\'s name' },
  },
  unknown: ["route.headers.X-Frame-Options"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

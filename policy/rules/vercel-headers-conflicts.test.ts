import { OTHER_HEADERS, route, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersConflicts } from "./vercel-headers-conflicts.ts";

describeRule(vercelHeadersConflicts, {
  compliant: withHeaders({ "X-Frame-Options": "DENY" }),
  mutations: {
    "says nothing of a rule without headers": { on: "security", set: OTHER_HEADERS, missing: true, says: [] },
    "accepts a later rule that sets the value anew": {
      add: [route("later", { route: { src: "^/(.*)$", headers: { "x-frame-options": "SAMEORIGIN" } } })],
      says: [],
    },
    "refuses a value that is appended": {
      add: [
        route("later", {
          route: {
            src: "^/$",
            transforms: [{ type: "response.headers", op: "append", target: "x-frame-options", args: "SAMEORIGIN" }],
          },
        }),
      ],
      says: "X-Frame-Options has 2 values, from security and later, on /",
    },
    "refuses two spellings in one rule": {
      on: "security",
      set: { "route.headers": { "X-Frame-Options": "DENY", "x-frame-options": "SAMEORIGIN" } },
      says: "one rule names x-frame-options 2 times: X-Frame-Options, x-frame-options",
    },
  },
  unknown: ["security:route.src"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { EVERYWHERE, OTHER_HEADERS, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersContentType } from "./vercel-headers-content-type.ts";

describeRule(vercelHeadersContentType, {
  compliant: withHeaders({ "x-content-type-options": "NoSniff" }),
  mutations: {
    "refuses a missing header": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: `X-Content-Type-Options is missing, ${EVERYWHERE}`,
    },
    "refuses another value": {
      on: "security",
      set: { "route.headers": { "X-Content-Type-Options": "sniff" } },
      says: `X-Content-Type-Options must be nosniff, not sniff, ${EVERYWHERE}`,
    },
  },
  unknown: ["security:route.headers"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

import { OTHER_HEADERS, PAGES, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersXssProtection } from "./vercel-headers-xss-protection.ts";

describeRule(vercelHeadersXssProtection, {
  compliant: withHeaders({ "X-XSS-Protection": "1; mode=block" }),
  mutations: {
    "accepts the filter switched off": {
      on: "security",
      set: { "route.headers": { "X-XSS-Protection": "0" } },
      says: [],
    },
    "refuses a missing header": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      settings: { required: true },
      says: `X-XSS-Protection is missing, ${PAGES}`,
    },
    "accepts a missing header where it is not required": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: [],
    },
    "refuses the filtering mode": {
      on: "security",
      set: { "route.headers": { "X-XSS-Protection": "1" } },
      says: `X-XSS-Protection must be 0 or 1; mode=block, not 1, ${PAGES}`,
    },
  },
  unknown: ["security:route.headers.X-XSS-Protection"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

import { OTHER_HEADERS, PAGES, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersReferrerPolicy } from "./vercel-headers-referrer-policy.ts";

const header = (value: string) => ({ on: "security", set: { "route.headers": { "Referrer-Policy": value } } });

describeRule(vercelHeadersReferrerPolicy, {
  compliant: withHeaders({ "Referrer-Policy": "strict-origin-when-cross-origin" }),
  mutations: {
    "accepts a list that ends well": { ...header("unsafe-url, no-referrer"), says: [] },
    "refuses a missing header": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: `Referrer-Policy is missing, ${PAGES}`,
    },
    "refuses a value that leaks": {
      ...header("no-referrer, unsafe-url"),
      says: `Referrer-Policy unsafe-url lets addresses leak, ${PAGES}`,
    },
  },
  unknown: ["security:route.headers.Referrer-Policy"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

import { OTHER_HEADERS, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersObservatory } from "./vercel-headers-observatory.ts";

describeRule(vercelHeadersObservatory, {
  compliant: withHeaders({
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
  }),
  mutations: {
    "refuses a site without headers, and says why": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: "30 points (D) on /, 90 are due: -25 no Content-Security-Policy; -20 no usable Strict-Transport-Security; -5 no X-Content-Type-Options: nosniff; -20 any page can frame this one",
    },
    "holds to the floor that is configured": {
      settings: { minimumPoints: 125 },
      says: "115 points (A+) on /, 125 are due: ",
    },
  },
  unknown: ["security:route.headers.X-Content-Type-Options"],
  elsewhere: { development: "disabled", staging: "advisory" },
});

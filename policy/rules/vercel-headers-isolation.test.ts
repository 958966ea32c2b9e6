import { OTHER_HEADERS, PAGES, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersIsolation } from "./vercel-headers-isolation.ts";

const opener = "Cross-Origin-Opener-Policy";
const resource = "Cross-Origin-Resource-Policy";

describeRule(vercelHeadersIsolation, {
  compliant: withHeaders({ [opener]: "same-origin-allow-popups", [resource]: "same-site" }),
  mutations: {
    "refuses missing headers": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: [`${opener} is missing, ${PAGES}`, `${resource} is missing, ${PAGES}`],
    },
    "refuses open values": {
      on: "security",
      set: { "route.headers": { [opener]: "unsafe-none", [resource]: "cross-origin" } },
      says: [
        `${opener} must be same-origin or same-origin-allow-popups, not unsafe-none, ${PAGES}`,
        `${resource} must be same-origin or same-site, not cross-origin, ${PAGES}`,
      ],
    },
  },
  unknown: [`security:route.headers.${opener}`],
  elsewhere: { development: "advisory", staging: "advisory" },
});

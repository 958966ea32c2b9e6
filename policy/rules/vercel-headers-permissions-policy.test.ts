import { OTHER_HEADERS, PAGES, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersPermissionsPolicy } from "./vercel-headers-permissions-policy.ts";

const header = (value: string) => ({ on: "security", set: { "route.headers": { "Permissions-Policy": value } } });

describeRule(vercelHeadersPermissionsPolicy, {
  compliant: withHeaders({ "Permissions-Policy": "camera=(), microphone=(), geolocation=()" }),
  mutations: {
    "accepts a feature for named origins": {
      ...header('camera=(), microphone=(self "https://call.shop.test"), geolocation=(self)'),
      says: [],
    },
    "refuses a missing header": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: `Permissions-Policy is missing, ${PAGES}`,
    },
    "refuses silence about a feature": {
      ...header("camera=(), microphone=()"),
      says: `Permissions-Policy says nothing about geolocation, ${PAGES}`,
    },
    "refuses a feature for everybody": {
      ...header("camera=*, microphone=(), geolocation=(*)"),
      says: [
        `Permissions-Policy opens camera to every origin, ${PAGES}`,
        `Permissions-Policy opens geolocation to every origin, ${PAGES}`,
      ],
    },
  },
  unknown: ["security:route.headers.Permissions-Policy"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

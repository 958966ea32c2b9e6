import { EVERYWHERE, OTHER_HEADERS, route, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersStrictTransport } from "./vercel-headers-strict-transport.ts";

const header = (value: string) => ({
  on: "security",
  set: { "route.headers": { "Strict-Transport-Security": value } },
});

describeRule(vercelHeadersStrictTransport, {
  compliant: withHeaders({ "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload" }),
  mutations: {
    "accepts another spelling of the name": {
      on: "security",
      set: { "route.headers": { "strict-transport-SECURITY": "max-age=63072000;includesubdomains;PRELOAD" } },
      says: [],
    },
    "refuses a missing header": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: `Strict-Transport-Security is missing, ${EVERYWHERE}`,
    },
    "refuses a header without max-age": {
      ...header("includeSubDomains; preload"),
      says: `Strict-Transport-Security has no max-age: includeSubDomains; preload, ${EVERYWHERE}`,
    },
    "refuses half a year": {
      ...header("max-age=15768000; includeSubDomains; preload"),
      says: `Strict-Transport-Security lasts 15768000 s, 31536000 s are due, ${EVERYWHERE}`,
    },
    "refuses a header without subdomains": {
      ...header("max-age=31536000; preload"),
      says: `Strict-Transport-Security lacks includeSubDomains, ${EVERYWHERE}`,
    },
    "refuses a header without preload": {
      ...header("max-age=31536000; includeSubDomains"),
      says: `Strict-Transport-Security lacks preload, ${EVERYWHERE}`,
    },
    "refuses a later rule that weakens it for one path": {
      add: [route("weaker", { route: { src: "^/shop/(.*)$", headers: { "strict-transport-security": "max-age=0" } } })],
      says: [
        "Strict-Transport-Security lasts 0 s, 31536000 s are due, on /shop/sample",
        "Strict-Transport-Security lacks includeSubDomains, on /shop/sample",
        "Strict-Transport-Security lacks preload, on /shop/sample",
      ],
    },
    "refuses a header for a subdomain only": {
      on: "security",
      set: { "route.has": [{ type: "host", value: "www.shop.test" }] },
      says: `Strict-Transport-Security is missing, ${EVERYWHERE}`,
    },
  },
  unknown: ["security:route.src"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

import { OTHER_HEADERS, PAGES, route, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersCspEnforced } from "./vercel-headers-csp-enforced.ts";

describeRule(vercelHeadersCspEnforced, {
  compliant: withHeaders({ "Content-Security-Policy": "default-src 'self'" }),
  mutations: {
    "refuses a missing policy": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: `Content-Security-Policy is missing, ${PAGES}`,
    },
    "refuses a policy that only reports": {
      on: "security",
      set: { "route.headers": { "Content-Security-Policy-Report-Only": "default-src 'self'" } },
      says: `Content-Security-Policy only reports (Content-Security-Policy-Report-Only), nothing is stopped, ${PAGES}`,
    },
    "refuses a later rule that takes it away": {
      add: [
        route("without", {
          route: {
            src: "^/embed$",
            transforms: [{ type: "response.headers", op: "delete", target: "content-security-policy" }],
          },
        }),
      ],
      says: "Content-Security-Policy is missing, on /embed",
    },
    "refuses a rule that takes it away for one cookie": {
      add: [
        route("cookie", {
          route: {
            src: "^/(.*)$",
            has: [{ type: "cookie", key: "beta" }],
            transforms: [{ type: "response.headers", op: "delete", target: '{"key":"Content-Security-Policy"}' }],
          },
        }),
      ],
      says: "Content-Security-Policy is missing, on / (when a rule's conditions hold), /sample (when a rule's conditions hold)",
    },
    "does not judge redirects, which show no page": {
      add: [route("moved", { position: { placement: "start" }, route: { src: "^/old$", dest: "/new", status: 308 } })],
      says: [],
    },
    "does not count a rule that is switched off": {
      on: "security",
      set: { enabled: false },
      add: [route("other", { route: { src: "^/$", headers: OTHER_HEADERS["route.headers"] } })],
      says: "Content-Security-Policy is missing, on /",
    },
    "leaves a project alone whose application sends a policy with a nonce for each answer": {
      on: "security",
      set: OTHER_HEADERS,
      settings: { own: "^shop$" },
      says: [],
    },
    "puts headers together that stand in several rules": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      add: [
        route("policy", { route: { src: "^/(.*)$", headers: { "content-security-policy": "default-src 'self'" } } }),
      ],
      says: [],
    },
  },
  unknown: ["security:route.headers.Content-Security-Policy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

import { OTHER_HEADERS, PAGES, route, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersCspStrength } from "./vercel-headers-csp-strength.ts";

const good =
  "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; report-to csp";
const policy = (value: string) => ({ on: "security", set: { "route.headers": { "Content-Security-Policy": value } } });
const said = (...faults: string[]) => faults.map((fault) => `Content-Security-Policy, ${fault}, ${PAGES}`);

describeRule(vercelHeadersCspStrength, {
  compliant: withHeaders({ "Content-Security-Policy": good }),
  mutations: {
    "says nothing of a missing policy, which another rule refuses": {
      on: "security",
      set: OTHER_HEADERS,
      missing: true,
      says: [],
    },
    "refuses inline scripts": {
      ...policy(`${good}; script-src 'self' 'unsafe-inline'`),
      says: said(
        "script-src 'unsafe-inline': 'unsafe-inline' allows the execution of unsafe in-page scripts and event handlers",
      ),
    },
    "refuses inline scripts beside a nonce, which is the same for everybody": {
      ...policy(`${good}; script-src 'self' 'nonce-r4nd0mr4nd0m' 'unsafe-inline'`),
      says: said(
        "script-src 'nonce-r4nd0mr4nd0m': a nonce in a declared header is the same for every response, so an attacker knows it",
        "script-src 'unsafe-inline': inline scripts run, so the policy does not stop an injected one",
      ),
    },
    "refuses inline styles": {
      ...policy(`${good}; style-src 'self' 'unsafe-inline'`),
      says: said("style-src 'unsafe-inline': inline styles let an injection restyle the page and read it by selectors"),
    },
    "refuses a wildcard by scheme": {
      ...policy(`${good}; connect-src https: wss:`),
      says: said("connect-src https:: any host is let in", "connect-src wss:: any host is let in"),
    },
    "refuses images from anywhere": {
      ...policy(`${good}; img-src 'self' data: https:`),
      says: said(
        "img-src data:: data: images carry content that no host check sees",
        "img-src https:: any host is let in",
      ),
    },
    "refuses a wildcard of a shared host": {
      ...policy(`${good}; connect-src 'self' https://*.supabase.co`),
      says: said(
        "connect-src https://*.supabase.co: anybody can have a host under supabase.co; name the project's own host",
      ),
    },
    "refuses plain text sources": {
      ...policy(`${good}; connect-src 'self' http://api.shop.test`),
      says: said("connect-src http://api.shop.test: Allow only resources downloaded over HTTPS"),
    },
    "refuses missing directives": {
      ...policy("default-src 'self'"),
      says: said(
        "base-uri is missing: an injected <base> redirects every relative script",
        "form-action is missing: an injected form can send what users type anywhere",
        "frame-ancestors is missing: any page can frame this one",
        "report-to is missing: nobody hears of violations",
      ),
    },
    "counts the strictest of several policies, since all are enforced": {
      add: [
        route("second", {
          route: {
            src: "^/(.*)$",
            transforms: [
              { type: "response.headers", op: "append", target: "Content-Security-Policy", args: "default-src *" },
            ],
          },
        }),
      ],
      says: [],
    },
  },
  unknown: ["security:route.headers.Content-Security-Policy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

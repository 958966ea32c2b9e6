import { OTHER_HEADERS, project, route } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersPrivateCache } from "./vercel-headers-private-cache.ts";

const caching = (value: string, name = "Cache-Control") => ({ on: "api", set: { "route.headers": { [name]: value } } });

describeRule(vercelHeadersPrivateCache, {
  compliant: [
    project,
    route("api", { route: { src: "^/api/(.*)$", headers: { "Cache-Control": "private, no-store" } } }),
  ],
  mutations: {
    "accepts no cache header at all": { on: "api", set: OTHER_HEADERS, missing: true, says: [] },
    "accepts a public answer of a public path": {
      ...caching("public, max-age=60"),
      set: { route: { src: "^/api/health$", headers: { "Cache-Control": "public, max-age=60" } } },
      says: [],
    },
    "refuses a public cache": {
      ...caching("public, max-age=60"),
      says: "cache-control public lets a shared cache keep an API's answer, on /api/private, /api/sample",
    },
    "refuses an age without private": {
      ...caching("max-age=60"),
      says: "cache-control max-age=60 lets a shared cache keep an API's answer, on /api/private, /api/sample",
    },
    "refuses a cache of the network's own": {
      ...caching("s-maxage=60", "CDN-Cache-Control"),
      says: "cdn-cache-control s-maxage=60 lets a shared cache keep an API's answer, on /api/private, /api/sample",
    },
  },
  unknown: ["api:route.headers.Cache-Control"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

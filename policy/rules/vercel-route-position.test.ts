import { route } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelRoutePosition } from "./vercel-route-position.ts";

describeRule(vercelRoutePosition, {
  compliant: route("security", {
    position: { placement: "after", referenceRouteId: "r1" },
    route: { src: "^/(.*)$", headers: { A: "b" } },
  }),
  mutations: {
    "refuses a rule without place, which crashes the provider": {
      set: { position: undefined },
      says: "position is not set",
    },
    "refuses a place after nothing": {
      set: { "position.referenceRouteId": undefined },
      says: "position is after nothing: referenceRouteId is missing",
    },
    "accepts a place after a rule that is not known yet": {
      set: { "position.referenceRouteId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
    "refuses a source that is no pattern": { set: { "route.src": "^/(.*$" }, says: "route.src ^/(.*$ is no pattern" },
    "refuses a rule that does nothing": { set: { "route.headers": undefined }, says: "route does nothing" },
  },
  unknown: ["position.placement", "route.src"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { project, route, withHeaders } from "../headers/testing.ts";
import { describeRule } from "../testing.ts";
import { vercelHeadersDeclared } from "./vercel-headers-declared.ts";

const says = "has no route rule that sets a response header";

describeRule(vercelHeadersDeclared, {
  compliant: withHeaders({ "X-Frame-Options": "DENY" }),
  mutations: {
    "tells of a project without route rules": { on: "security", without: true, says },
    "tells of rules that only redirect": {
      on: "security",
      set: { route: { src: "^/old$", dest: "/new", status: 308 } },
      says,
    },
    "tells of a rule that is switched off": { on: "security", set: { enabled: false }, says },
    "tells of rules that belong to another project": {
      on: "security",
      set: { projectId: "prj_2" },
      extra: { propertyDependencies: {} },
      says,
    },
    "accepts headers by transforms": {
      on: "security",
      without: true,
      add: [
        route(
          "transform",
          {
            route: {
              src: "^/(.*)$",
              transforms: [{ type: "response.headers", op: "set", target: "X-Frame-Options", args: "DENY" }],
            },
          },
          project,
        ),
      ],
      says: [],
    },
  },
  unknown: ["security:route.headers.X-Frame-Options"],
  elsewhere: { development: "advisory", staging: "advisory" },
});

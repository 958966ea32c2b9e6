import { describeRule, resource } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { vercelLogDrainTarget } from "./vercel-log-drain-target.ts";

describeRule(vercelLogDrainTarget, {
  compliant: resource("vercel:index/logDrain:LogDrain", "drain", {
    endpoint: "https://logs.shop.test/in",
    projectIds: ["prj_1"],
  }),
  mutations: {
    "takes ids that are not known yet for ids": {
      set: { projectIds: UNKNOWN },
      settings: { allProjects: false },
      says: [],
    },
    "refuses an endpoint that is none": {
      set: { endpoint: "logs.shop.test" },
      says: "endpoint is no https:// address",
    },
    "refuses plain text": { set: { endpoint: "http://logs.shop.test" }, says: "endpoint is no https:// address" },
    "refuses a missing endpoint": { set: { endpoint: undefined }, says: "endpoint is no https:// address" },
    "refuses all projects of the team": {
      set: { projectIds: undefined },
      settings: { allProjects: false },
      says: "projectIds is empty, so it covers all projects of the team",
    },
    "accepts all projects where nobody forbids it": { set: { projectIds: [] }, says: [] },
  },
  unknown: ["endpoint"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { describeRule, resource } from "../testing.ts";
import { vercelLogDrainTarget } from "./vercel-log-drain-target.ts";

describeRule(vercelLogDrainTarget, {
  compliant: resource("vercel:index/logDrain:LogDrain", "drain", {
    endpoint: "https://logs.shop.test/in",
    projectIds: ["prj_1"],
  }),
  mutations: {
    "refuses an endpoint that is none": {
      set: { endpoint: "logs.shop.test" },
      says: "endpoint is no https:// address",
    },
    "refuses plain text": { set: { endpoint: "http://logs.shop.test" }, says: "endpoint is no https:// address" },
    "refuses a missing endpoint": { set: { endpoint: undefined }, says: "endpoint is no https:// address" },
    "refuses all projects of the team": {
      set: { projectIds: undefined },
      says: "projectIds is empty, so it covers all projects of the team",
    },
    "accepts all projects where that is wanted": { set: { projectIds: [] }, settings: { allProjects: true }, says: [] },
    "accepts ids that are not known yet": { set: { projectIds: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, says: [] },
  },
  unknown: ["endpoint"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

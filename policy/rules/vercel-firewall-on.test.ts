import { project } from "../headers/testing.ts";
import { describeRule, resource } from "../testing.ts";
import { vercelFirewallOn } from "./vercel-firewall-on.ts";

describeRule(vercelFirewallOn, {
  compliant: [
    project,
    resource(
      "vercel:index/firewallConfig:FirewallConfig",
      "firewall",
      { projectId: "prj_1", enabled: true },
      { refers: { projectId: project } },
    ),
  ],
  mutations: {
    "accepts the default, which is on": { on: "firewall", set: { enabled: undefined }, says: [] },
    "refuses a project without firewall": { on: "firewall", without: true, says: "has no firewall configuration" },
    "refuses a firewall that is off": {
      on: "firewall",
      set: { enabled: false },
      says: "has its firewall switched off",
    },
    "knows a project by its id": { on: "firewall", extra: { propertyDependencies: {} }, says: [] },
  },
  unknown: ["firewall:enabled"],
  elsewhere: { development: "disabled", staging: "advisory" },
});

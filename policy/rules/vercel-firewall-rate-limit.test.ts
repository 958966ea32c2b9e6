import { describeRule, resource } from "../testing.ts";
import { vercelFirewallRateLimit } from "./vercel-firewall-rate-limit.ts";

const rateLimit = { algo: "fixed_window", keys: ["ip"], limit: 1000, window: 60, action: "deny" };

describeRule(vercelFirewallRateLimit, {
  compliant: resource("vercel:index/firewallConfig:FirewallConfig", "firewall", {
    rules: { rules: [{ name: "api", action: { action: "rate_limit", rateLimit } }] },
  }),
  mutations: {
    "accepts a firewall without rules": { set: { rules: undefined }, says: [] },
    "leaves other actions alone": { set: { "rules.rules.0.action": { action: "deny" } }, says: [] },
    "refuses an action without limit, which the provider accepts": {
      set: { "rules.rules.0.action.rateLimit": undefined },
      says: "rule api limits nothing: rateLimit is missing",
    },
    "refuses a window of nothing": {
      set: { "rules.rules.0.action.rateLimit.window": 0 },
      says: "rule api limits nothing: window is 0",
    },
    "refuses a negative limit": {
      set: { "rules.rules.0.action.rateLimit.limit": -1 },
      says: "rule api limits nothing: limit is -1",
    },
    "refuses to count by nothing": {
      set: { "rules.rules.0.action.rateLimit.keys": [] },
      says: "rule api counts by nothing: keys is empty",
    },
  },
  unknown: ["rules", "rules.rules.0.action.rateLimit.limit"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

import { describeRule, resource } from "../testing.ts";
import { vercelFirewallRules } from "./vercel-firewall-rules.ts";

describeRule(vercelFirewallRules, {
  compliant: resource("vercel:index/firewallConfig:FirewallConfig", "firewall", {
    rules: {
      rules: [
        {
          name: "office",
          action: { action: "redirect", redirect: { location: "/maintenance", permanent: false } },
          conditionGroups: [{ conditions: [{ type: "ip_address", op: "eq", value: "203.0.113.0/24" }] }],
        },
      ],
    },
    ipRules: { rules: [{ action: "deny", hostname: "*", ip: "2001:db8::/32" }] },
    managedRulesets: {
      botProtection: { action: "challenge", active: true },
      owasp: { sqli: { action: "deny", active: true } },
    },
  }),
  mutations: {
    "accepts an empty firewall": {
      set: { rules: undefined, ipRules: undefined, managedRulesets: undefined },
      says: [],
    },
    "refuses a negated condition with a provider that gets it wrong": {
      set: { "rules.rules.0.conditionGroups.0.conditions.0.neg": true },
      extra: {
        provider: { type: "pulumi:providers:vercel", urn: "urn:p", name: "vercel", props: { version: "5.4.1" } },
      },
      says: "rule office negates a condition, which providers before 5.5.0 get wrong",
    },
    "accepts it with a newer one": {
      set: { "rules.rules.0.conditionGroups.0.conditions.0.neg": true },
      extra: {
        provider: { type: "pulumi:providers:vercel", urn: "urn:p", name: "vercel", props: { version: "5.5.0" } },
      },
      says: [],
    },
    "refuses a redirect to nowhere": {
      set: { "rules.rules.0.action.redirect": undefined },
      says: "rule office redirects to nowhere",
    },
    "refuses a rule without condition": {
      set: { "rules.rules.0.conditionGroups": [] },
      says: "rule office has no condition",
    },
    "refuses an address that is none, in a condition": {
      set: { "rules.rules.0.conditionGroups.0.conditions.0.value": "203.0.113.300" },
      says: "rule office compares with 203.0.113.300, which is no address",
    },
    "refuses an address that is none, in an address rule": {
      set: { "ipRules.rules.0.ip": "10.0.0.0/40" },
      says: "ipRules names 10.0.0.0/40, which is no address",
    },
    "refuses an unknown action of a managed ruleset": {
      set: { "managedRulesets.botProtection.action": "block" },
      says: "managed ruleset botProtection has the unknown action block",
    },
    "refuses an unknown action of an OWASP ruleset": {
      set: { "managedRulesets.owasp.sqli.action": "stop" },
      says: "managed ruleset sqli has the unknown action stop",
    },
  },
  unknown: ["rules.rules.0.conditionGroups.0.conditions.0.value", "ipRules"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

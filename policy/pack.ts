/** Starts the pack: the only file here that reads the environment and serves an engine. */
import { PolicyPack } from "@pulumi/policy";
import rawConfig from "./config.json" with { type: "json" };
import { checkConfig, configFor, type PackConfig, tierOf } from "./config.ts";
import { policyOf } from "./crossguard.ts";
import { SecrecyObserver } from "./observer.ts";
import about from "./package.json" with { type: "json" };
import { readPropertiesOnce } from "./read-once.ts";
import { rulesWith } from "./rules.ts";
import { stackReader } from "./stack-reader.ts";
import rawWaivers from "./waivers.json" with { type: "json" };
import { parseWaivers, WaiverUse } from "./waivers.ts";

const waivers = parseWaivers(rawWaivers);
const use = new WaiverUse();
const rules = rulesWith(waivers, use);
const project = process.env.PULUMI_PROJECT ?? process.env.PULUMI_NODEJS_PROJECT ?? "";
const config = configFor(project, checkConfig(rawConfig as PackConfig, rules));
// Pulumi names the stack to the pack's process; without a name everything is held to production's rules.
const stack = process.env.PULUMI_STACK ?? process.env.PULUMI_NODEJS_STACK ?? "";
const observer = new SecrecyObserver();
const choices = { tier: tierOf(stack, config), config, waivers, use, observer, stackOf: stackReader() };

readPropertiesOnce();

new PolicyPack(about.name, {
  description: about.description,
  policies: [observer.policy, ...rules.map((rule) => policyOf(rule, choices)).filter((policy) => policy !== undefined)],
});

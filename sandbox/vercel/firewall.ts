/** The firewall of a project. */
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { count, length, type Rule } from "../rules.ts";
import { letters, maps, projectRow, text } from "./common.ts";
import facts from "./firewall.json" with { type: "json" };

const rulesOf = (inputs: PropertyMap, list: "rules" | "ipRules"): PropertyMap[] => {
  const group = inputs[list];
  return isMap(group) ? maps(group.rules) : [];
};

/** Two rules that say the same are refused, by name as by what they judge. */
const duplicates: Rule = (inputs, report) => {
  const seen = new Set<string>();
  for (const [index, rule] of rulesOf(inputs, "rules").entries()) {
    const key = `name ${text(rule, "name")}`;
    if (seen.has(key)) report(`rules.rules[${index}].name`, `duplicate rule: ${text(rule, "name")}`);
    seen.add(key);
  }
  for (const [index, rule] of rulesOf(inputs, "ipRules").entries()) {
    const key = `ip ${text(rule, "hostname")} ${text(rule, "ip")}`;
    if (seen.has(key)) report(`ipRules.rules[${index}].ip`, "duplicate rule for this host and address");
    seen.add(key);
  }
};

const botRules: Rule = ({ managedRulesets }, report) => {
  if (!isMap(managedRulesets)) return;
  if (managedRulesets.botFilter !== undefined && managedRulesets.botProtection !== undefined) {
    report("managedRulesets.botFilter", "conflicts with managedRulesets.botProtection");
  }
};

const operands: Rule = (inputs, report) => {
  for (const [index, rule] of rulesOf(inputs, "rules").entries()) {
    for (const [groupIndex, group] of maps(rule.conditionGroups).entries()) {
      for (const [conditionIndex, condition] of maps(group.conditions).entries()) {
        const path = `rules.rules[${index}].conditionGroups[${groupIndex}].conditions[${conditionIndex}]`;
        if (condition.value !== undefined && condition.values !== undefined)
          report(`${path}.value`, "conflicts with values");
      }
    }
  }
};

/** A rule keeps its id as long as its name, an address as long as it is the same. */
function withIds(
  given: PropertyValue | undefined,
  old: PropertyValue | undefined,
  same: (rule: PropertyMap) => string,
): PropertyMap {
  if (!isMap(given)) return {};
  const former = new Map((isMap(old) ? maps(old.rules) : []).map((rule) => [same(rule), rule.id]));
  return { ...given, rules: maps(given.rules).map((rule) => ({ ...rule, id: former.get(same(rule)) ?? letters(16) })) };
}

const ruleName = (rule: PropertyMap): string => text(rule, "name");
const address = (rule: PropertyMap): string => `${text(rule, "hostname")} ${text(rule, "ip")}`;

export const firewall: Service = {
  file: "sandbox/vercel/firewall.json",
  facts,
  behaviours: {
    "vercel:index/firewallConfig:FirewallConfig": projectRow({
      rules: [
        length("rules.rules[].name", 4, 160),
        length("rules.rules[].description", 0, 260),
        count("rules.rules[].conditionGroups", 1, 100),
        duplicates,
        botRules,
        operands,
      ],
      unique: (inputs) => [`firewall ${text(inputs, "projectId")}`],
      taken: "overwrite",
      id: (inputs, { team }) => `${text(inputs, "teamId") || team}/${text(inputs, "projectId")}`,
      outputs: (inputs, { old }) => ({
        ...(inputs.rules === undefined ? {} : { rules: withIds(inputs.rules, old?.rules, ruleName) }),
        ...(inputs.ipRules === undefined ? {} : { ipRules: withIds(inputs.ipRules, old?.ipRules, address) }),
      }),
      recomputed: ["id", "ipRules", "rules"],
    }),
    "vercel:index/firewallBypass:FirewallBypass": projectRow({
      id: (inputs, { team }) =>
        `${team}/${text(inputs, "projectId")}#${text(inputs, "domain")}#${text(inputs, "sourceIp")}`,
      unique: (inputs) => [
        `firewall bypass ${text(inputs, "projectId")} ${text(inputs, "domain")} ${text(inputs, "sourceIp")}`,
      ],
    }),
    "vercel:index/attackChallengeMode:AttackChallengeMode": projectRow({
      unique: (inputs) => [`attack challenge mode ${text(inputs, "projectId")}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "projectId"),
    }),
  },
};

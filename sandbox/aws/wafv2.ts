/** The web application firewall. */
import { randomUUID } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, jsonDocument, matches, type Rule, range, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./wafv2.json" with { type: "json" };

const defaultAction: Rule = ({ defaultAction: action }, report) => {
  if (isMap(action) && (action.allow === undefined) === (action.block === undefined)) {
    report("defaultAction", "one of allow, block must be given, and only one");
  }
};

const rules: Rule = (inputs, report) => {
  const priorities = new Set<unknown>();
  for (const [index, rule] of (Array.isArray(inputs.rules) ? inputs.rules : []).entries()) {
    if (!isMap(rule)) continue;
    if (priorities.has(rule.priority))
      report(
        `rules[${index}].priority`,
        `WAFInvalidParameterException: priority ${String(rule.priority)} is given twice`,
      );
    priorities.add(rule.priority);
    const statement = isMap(rule.statement) ? rule.statement : {};
    const isGroup =
      statement.managedRuleGroupStatement !== undefined || statement.ruleGroupReferenceStatement !== undefined;
    const needed = isGroup ? "overrideAction" : "action";
    if (rule[needed] === undefined)
      report(`rules[${index}].${needed}`, `is required for ${isGroup ? "a rule group" : "this statement"}`);
  }
};

const scopePart = (inputs: PropertyMap): string => (inputs.scope === "CLOUDFRONT" ? "global" : "regional");

function outputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const given = Array.isArray(inputs.rules) ? inputs.rules.length : 0;
  return {
    applicationIntegrationUrl: "",
    arn: arn(surroundings, "wafv2", `${scopePart(inputs)}/webacl/${text(inputs, "name")}/${id}`),
    capacity: given,
    lockToken: randomUUID(),
  };
}

export const wafv2: Service = {
  file: "sandbox/aws/wafv2.json",
  facts,
  behaviours: {
    "aws:wafv2/webAcl:WebAcl": row({
      autoname: named("name", 128, { replaces: /[^A-Za-z0-9_-]/g }),
      rules: [
        matches("name", /^[A-Za-z0-9_-]{1,128}$/, "has 1 to 128 alphanumeric characters, hyphens and underscores"),
        matches(
          "visibilityConfig.metricName",
          /^[A-Za-z0-9_-]{1,128}$/,
          "has 1 to 128 alphanumeric characters, hyphens and underscores",
        ),
        conflict("name", "namePrefix"),
        conflict("rules", "ruleJson"),
        jsonDocument("ruleJson"),
        defaultAction,
        rules,
        value("description", (found) =>
          typeof found === "string" && found.length > 256 ? "has at most 256 characters" : undefined,
        ),
        range("rules[].statement.rateBasedStatement.limit", 10, 2_000_000_000),
        (inputs, report) => {
          if (inputs.scope === "CLOUDFRONT" && typeof inputs.region === "string" && inputs.region !== "us-east-1") {
            report("scope", "CLOUDFRONT is available in us-east-1 only");
          }
        },
      ],
      unique: (inputs, { account, region }) => [
        `web acl ${account} ${region} ${text(inputs, "scope")} ${text(inputs, "name")}`,
      ],
      taken: (inputs) => `WAFDuplicateItemException: a web ACL named ${text(inputs, "name")} already exists`,
      id: () => randomUUID(),
      outputs,
    }),
  },
};

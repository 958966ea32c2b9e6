import { DATA_TYPES } from "../data.ts";
import { soc2 } from "../frameworks.ts";
import { setting, sharedEnvironments, stepRule } from "../rule.ts";

export const pulumiDataDeleted = stepRule({
  name: "pulumi-data-deleted",
  title: "Data is never deleted in passing",
  description: "No step deletes a resource that holds data, unless it only leaves the state and stays in the cloud.",
  severity: "critical",
  frameworks: [soc2("A1.2")],
  remediation: "Keep the resource, or set retainOnDelete first; delete under a waiver that names it.",
  link: "https://www.pulumi.com/docs/iac/concepts/resources/options/retainondelete/",
  levels: sharedEnvironments,
  settings: { types: setting.texts(DATA_TYPES, "Types that hold data") },
  check(steps, context) {
    for (const step of steps) {
      if (step.op === "delete" && !step.retainOnDelete && context.settings.types.includes(step.type))
        context.report("would be deleted", step);
    }
  },
});

import { DATA_TYPES } from "../data.ts";
import { soc2 } from "../frameworks.ts";
import { setting, sharedEnvironments, stepRule } from "../rule.ts";

export const pulumiDataReplaced = stepRule({
  name: "pulumi-data-replaced",
  title: "Data is never replaced in passing",
  description: "No step replaces a resource that holds data: the new one is empty.",
  severity: "critical",
  frameworks: [soc2("A1.2")],
  remediation:
    "Take the change back, or migrate: create the new resource beside the old one, copy, switch, then remove the old one under a waiver.",
  link: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  levels: sharedEnvironments,
  settings: { types: setting.texts(DATA_TYPES, "Types that hold data") },
  check(steps, context) {
    for (const step of steps) {
      if (step.op !== "replace" || !context.settings.types.includes(step.type)) continue;
      const why = step.replaceKeys.length > 0 ? `, because ${step.replaceKeys.join(", ")} changes` : "";
      context.report(`would be replaced${why}`, step);
    }
  },
});
